package io.blockring.chaos;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/**
 * The walls and arrows of docs/ARCHITECTURE.md as rules over classes. Changing one takes an ADR.
 */
final class Architecture {
  /** Compiled from the .proto files. */
  private static final String GENERATED = "io.blockring.wire..";

  private static final String[] PRODUCT = {
    "io.blockring.ring..",
    "io.blockring.client..",
    "io.blockring.mount..",
    "io.blockring.warmup..",
    "io.blockring.mirror..",
    "io.blockring.ui..",
    "io.blockring.node..",
    "io.blockring.cachectl..",
    GENERATED
  };

  // Arrows: a module may need itself and what lies behind its arrows, nothing else of ours.

  static final ArchRule RING_NEEDS_NOTHING = module("io.blockring.ring..");

  static final ArchRule CLIENT_NEEDS_RING =
      module("io.blockring.client..", "io.blockring.ring..", GENERATED);

  static final ArchRule MOUNT_NEEDS_CLIENT =
      module("io.blockring.mount..", "io.blockring.client..", "io.blockring.ring..");

  static final ArchRule WARMUP_NEEDS_CLIENT =
      module("io.blockring.warmup..", "io.blockring.client..", "io.blockring.ring..", GENERATED);

  static final ArchRule MIRROR_NEEDS_CLIENT =
      module("io.blockring.mirror..", "io.blockring.client..", "io.blockring.ring..", GENERATED);

  static final ArchRule UI_NEEDS_NOTHING = module("io.blockring.ui..");

  static final ArchRule NODE_NEEDS_WARMUP_MIRROR_CLIENT_AND_UI =
      module(
          "io.blockring.node..",
          "io.blockring.ui..",
          "io.blockring.warmup..",
          "io.blockring.mirror..",
          "io.blockring.client..",
          "io.blockring.ring..",
          GENERATED);

  static final ArchRule CACHECTL_NEEDS_NOTHING = module("io.blockring.cachectl..");

  static final ArchRule PRODUCT_NEEDS_NO_HARNESS =
      noClasses()
          .that()
          .resideInAnyPackage(PRODUCT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.blockring.demo..", "io.blockring.chaos..", "io.blockring.benchmarks..");

  // Walls: one library, one home.

  static final ArchRule HAZELCAST = home("com.hazelcast..", "io.blockring.node.membership..");

  static final ArchRule AWS_SDK =
      home("software.amazon.awssdk..", "io.blockring.client.origin.s3..");

  static final ArchRule GRPC =
      home("io.grpc..", "io.blockring.client.cluster..", "io.blockring.node.control..", GENERATED);

  static final ArchRule VERTX = home("io.vertx..", "io.blockring.node.http..");

  /** The one class beside its homes is that of ADR 0006. */
  static final ArchRule NETTY =
      noClasses()
          .that()
          .resideInAnyPackage(PRODUCT)
          .and()
          .resideOutsideOfPackages("io.blockring.node.blockport..", "io.blockring.client.peer..")
          .and()
          .doNotHaveFullyQualifiedName("io.blockring.node.http.s3.RawConnection")
          .and()
          // gRPC takes Netty's settings of TLS, and no others that say version and session.
          .doNotHaveFullyQualifiedName("io.blockring.node.control.ControlServer")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..");

  static final ArchRule MICROMETER = home("io.micrometer..", "io.blockring.node.metrics..");

  static final ArchRule LZ4 = home("net.jpountz..", "io.blockring.client.compression..");

  static final ArchRule FOREIGN_MEMORY =
      home("java.lang.foreign..", "io.blockring.node.store.disk..", "io.blockring.mount.kernel..");

  /** {@code limits.cpu} sizes every pool of a node: see {@code node.config.Pool}. */
  static final ArchRule LIMITS_SIZE_POOLS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.blockring.node..",
              "io.blockring.client..",
              "io.blockring.warmup..",
              "io.blockring.mirror..")
          .and()
          .doNotHaveFullyQualifiedName("io.blockring.node.config.LimitSettings")
          .should()
          .callMethod(Runtime.class, "availableProcessors");

  // Packages.

  static final ArchRule PACKAGES_ARE_NAMED_BY_WHAT_THEY_HOLD =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..common..", "..impl..", "..base..", "..manager..", "..helper..");

  static final ArchRule PACKAGES_ARE_NULL_MARKED =
      classes()
          .that(not(resideInAPackage(GENERATED)))
          .should(
              new ArchCondition<JavaClass>("be in a package whose package-info is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean isMarked = type.getPackage().isAnnotatedWith(NullMarked.class);
                  String message = type.getName() + ": its package is not @NullMarked";
                  events.add(new SimpleConditionEvent(type, isMarked, message));
                }
              });

  private Architecture() {}

  private static ArchRule module(String module, String... behindItsArrows) {
    var allowed =
        resideInAPackage(module)
            .or(resideInAnyPackage(behindItsArrows))
            .or(not(resideInAPackage("io.blockring..")));
    return classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(allowed)
        .as(module + " needs of ours only itself and " + String.join(", ", behindItsArrows));
  }

  private static ArchRule home(String library, String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(PRODUCT)
        .and()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .as(library + " is used only in " + String.join(", ", packages));
  }
}
