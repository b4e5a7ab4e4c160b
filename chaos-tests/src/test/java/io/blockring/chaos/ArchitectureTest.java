package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.blockring.cachectl.wrong.CommandThatNeedsTheClient;
import io.blockring.client.util.Helper;
import io.blockring.mirror.wrong.MirrorThatNeedsTheNode;
import io.blockring.mount.wrong.MountThatNeedsTheNode;
import io.blockring.node.blockport.wrong.PortThatCountsProcessors;
import io.blockring.node.blockport.wrong.PortWithEveryLibrary;
import io.blockring.ring.wrong.RingThatNeedsTheNode;
import io.blockring.ui.wrong.ConsoleThatNeedsTheNode;
import io.blockring.warmup.wrong.WarmupThatNeedsTheDemo;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walls and arrows hold in the product; each rule is seen to fail on a class that breaks it. */
class ArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.blockring");

  private static final Map<String, Class<?>> BROKEN_BY =
      Map.ofEntries(
          Map.entry("RING_NEEDS_NOTHING", RingThatNeedsTheNode.class),
          Map.entry("CLIENT_NEEDS_RING", Helper.class),
          Map.entry("MOUNT_NEEDS_CLIENT", MountThatNeedsTheNode.class),
          Map.entry("WARMUP_NEEDS_CLIENT", WarmupThatNeedsTheDemo.class),
          Map.entry("MIRROR_NEEDS_CLIENT", MirrorThatNeedsTheNode.class),
          Map.entry("UI_NEEDS_NOTHING", ConsoleThatNeedsTheNode.class),
          Map.entry("NODE_NEEDS_WARMUP_MIRROR_CLIENT_AND_UI", PortWithEveryLibrary.class),
          Map.entry("CACHECTL_NEEDS_NOTHING", CommandThatNeedsTheClient.class),
          Map.entry("PRODUCT_NEEDS_NO_HARNESS", WarmupThatNeedsTheDemo.class),
          Map.entry("HAZELCAST", PortWithEveryLibrary.class),
          Map.entry("AWS_SDK", PortWithEveryLibrary.class),
          Map.entry("GRPC", PortWithEveryLibrary.class),
          Map.entry("VERTX", PortWithEveryLibrary.class),
          Map.entry("NETTY", Helper.class),
          Map.entry("MICROMETER", PortWithEveryLibrary.class),
          Map.entry("LZ4", PortWithEveryLibrary.class),
          Map.entry("FOREIGN_MEMORY", PortWithEveryLibrary.class),
          Map.entry("LIMITS_SIZE_POOLS", PortThatCountsProcessors.class),
          Map.entry("PACKAGES_ARE_NAMED_BY_WHAT_THEY_HOLD", Helper.class),
          Map.entry("PACKAGES_ARE_NULL_MARKED", Helper.class));

  @Test
  void all_modules_are_seen_by_the_rules() {
    for (String module :
        List.of("ring", "client", "mount", "warmup", "mirror", "ui", "node", "cachectl", "demo")) {
      assertThat(PRODUCT.containPackage("io.blockring." + module)).as(module).isTrue();
    }
  }

  @TestFactory
  Stream<DynamicTest> the_product_keeps_every_rule() {
    return rules()
        .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> rule(rule).check(PRODUCT)));
  }

  @TestFactory
  Stream<DynamicTest> every_rule_fails_on_a_class_that_breaks_it() {
    return rules().map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> assertBroken(rule)));
  }

  private static void assertBroken(Field rule) {
    Class<?> wrong =
        Objects.requireNonNull(
            BROKEN_BY.get(rule.getName()), "no class here breaks " + rule.getName());
    EvaluationResult result =
        rule(rule).evaluate(new ClassFileImporter().importClasses(List.of(wrong)));
    assertThat(result.hasViolation()).as(rule.getName() + " on " + wrong).isTrue();
    assertThat(result.getFailureReport().toString()).contains(wrong.getSimpleName());
  }

  private static Stream<Field> rules() {
    return Arrays.stream(Architecture.class.getDeclaredFields())
        .filter(field -> field.getType() == ArchRule.class);
  }

  private static ArchRule rule(Field field) {
    try {
      return (ArchRule) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
