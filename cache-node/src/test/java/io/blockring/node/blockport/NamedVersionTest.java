package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedVersionTest {
  private static final String MOUNT = MountId.of("s3://a", "", 4096, "auto").toString();
  private static final String OTHER_MOUNT = MountId.of("s3://b", "", 4096, "auto").toString();

  @Test
  void the_same_names_are_the_same_version_without_hashing_again() throws RefusedException {
    NamedVersion first = NamedVersion.of(null, MOUNT, "k%2F1", "e:%221%22", 10);
    Version version = first.version(4096);

    NamedVersion next = NamedVersion.of(first, MOUNT, "k%2F1", "e:%221%22", 10);

    assertThat(next.version(4096)).isSameAs(version);
    assertThat(version)
        .isEqualTo(
            new Version(
                new ObjectName(MountId.parse(MOUNT), "k/1"), Identity.parse("e:\"1\""), 10, 4096));
    assertThat(next.digest()).isEqualTo(version.digest().toString());
  }

  @Test
  void whatever_differs_makes_another_version() throws RefusedException {
    NamedVersion first = NamedVersion.of(null, MOUNT, "k", "e:1", 10);
    List<NamedVersion> others =
        List.of(
            NamedVersion.of(first, OTHER_MOUNT, "k", "e:1", 10),
            NamedVersion.of(first, MOUNT, "l", "e:1", 10),
            NamedVersion.of(first, MOUNT, "k", "e:2", 10),
            NamedVersion.of(first, MOUNT, "k", "e:1", 11));

    assertThat(others)
        .extracting(other -> other.version(4096).digest())
        .doesNotContain(first.version(4096).digest())
        .doesNotHaveDuplicates();
  }

  @Test
  void another_block_size_is_not_answered_with_the_one_before() throws RefusedException {
    NamedVersion named = NamedVersion.of(null, MOUNT, "k", "e:1", 10_000);

    assertThat(named.version(4096).blockCount()).isEqualTo(3);
    assertThat(named.version(8192).blockCount()).isEqualTo(2);
  }
}
