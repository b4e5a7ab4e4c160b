package io.blockring.node.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What may be set, read from annotated records: the shape of a key's value. */
sealed interface Schema {

  /** Keys below a name, bound to one record. */
  record Section(Class<? extends Record> type, List<Key> keys) implements Schema {}

  /** Any number of sections, each under a name of the user's. */
  record Named(Section element) implements Schema {}

  /** Any number of sections in order; their names are 0, 1, 2. */
  record Listed(Section element) implements Schema {}

  /** One text. */
  record Leaf(Class<?> type) implements Schema {}

  /** Any number of texts; separated by commas where only one text can be given. */
  record Leaves(Class<?> elementType) implements Schema {}

  /** One name in a section. */
  record Key(String name, Setting setting, Schema schema) {}

  /**
   * Reads the shape of a record.
   *
   * @throws IllegalStateException when the record is not annotated as {@link Setting} asks
   */
  static Section of(Class<? extends Record> type) {
    List<Key> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      if (setting == null) {
        throw new IllegalStateException(
            type.getSimpleName() + "." + component.getName() + " has no @Setting");
      }
      keys.add(new Key(component.getName(), setting, ofType(component.getGenericType())));
    }
    return new Section(type, List.copyOf(keys));
  }

  private static Schema ofType(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == Map.class) {
        return new Named(of(((Class<?>) arguments[1]).asSubclass(Record.class)));
      }
      Class<?> element = (Class<?>) arguments[0];
      return LeafTypes.isLeaf(element)
          ? new Leaves(element)
          : new Listed(of(element.asSubclass(Record.class)));
    }
    Class<?> plain = (Class<?>) type;
    return LeafTypes.isLeaf(plain) ? new Leaf(plain) : of(plain.asSubclass(Record.class));
  }

  /** Visits every key that holds text, with its dotted name: {@code mounts.NAME.freshness}. */
  static void forEachLeaf(Section section, String prefix, BiConsumer<String, Key> visitor) {
    for (Key key : section.keys()) {
      String name = prefix + key.name();
      switch (key.schema()) {
        case Section inner -> forEachLeaf(inner, name + ".", visitor);
        case Named named -> forEachLeaf(named.element(), name + ".NAME.", visitor);
        case Listed listed -> forEachLeaf(listed.element(), name + ".0.", visitor);
        case Leaf leaf -> visitor.accept(name, key);
        case Leaves leaves -> visitor.accept(name, key);
      }
    }
  }
}
