package io.blockring.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class InodeTableTest {
  private static final Stamp FIRST = new Stamp("\"1\"", 10, 0, 5_000);
  private static final Stamp SECOND = new Stamp("\"2\"", 10, 0, 6_000);

  private final InodeTable table = new InodeTable("models", "");
  private final Inode.Directory root =
      (Inode.Directory) Objects.requireNonNull(table.get(InodeTable.ROOT));

  @Test
  void one_version_has_one_inode_and_another_version_another() {
    Inode first = table.lookUp(root, new Child("a", FIRST));
    assertThat(table.lookUp(root, new Child("a", FIRST))).isSameAs(first);
    Inode second = table.lookUp(root, new Child("a", SECOND));
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.attributes().inode()).isNotEqualTo(first.attributes().inode());
  }

  @Test
  void the_shown_number_is_the_same_after_a_remount_and_in_a_listing() {
    Inode inode = table.lookUp(root, new Child("a", FIRST));
    InodeTable other = new InodeTable("models", "");
    other.lookUp(root, new Child("b", FIRST));
    assertThat(other.lookUp(root, new Child("a", FIRST)).attributes())
        .isEqualTo(inode.attributes());
    assertThat(root.attributesOf(new Child("a", FIRST))).isEqualTo(inode.attributes());
  }

  @Test
  void an_inode_lives_until_its_last_look_up_is_forgotten() {
    Inode inode = table.lookUp(root, new Child("d", null));
    table.lookUp(root, new Child("d", null));
    table.forget(inode.id(), 1);
    assertThat(table.get(inode.id())).isSameAs(inode);
    table.forget(inode.id(), 1);
    assertThat(table.get(inode.id())).isNull();
    assertThat(table.lookUp(root, new Child("d", null)).id()).isNotEqualTo(inode.id());
  }

  @Test
  void the_root_is_never_forgotten() {
    table.forget(InodeTable.ROOT, 1_000);
    assertThat(table.get(InodeTable.ROOT)).isSameAs(root);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void a_retired_inode_stays_for_who_has_it_open_and_is_not_found_again() {
    Inode.File old = (Inode.File) table.lookUp(root, new Child("a", FIRST));
    table.retire(old);
    assertThat(table.get(old.id())).isSameAs(old);
    Inode next = table.lookUp(root, new Child("a", FIRST));
    assertThat(next.id()).isNotEqualTo(old.id());
    table.forget(old.id(), 1);
    assertThat(table.lookUp(root, new Child("a", FIRST))).isSameAs(next);
  }
}
