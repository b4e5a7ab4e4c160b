package io.blockring.node.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records from the entries. A value that cannot be read is reported and stands in as its
 * default, so that one start finds every problem.
 */
final class Binder {
  private final Entries entries;

  Binder(Entries entries) {
    this.entries = entries;
  }

  /** The record of a section, or null when a problem leaves it without a required value. */
  @Nullable Record bind(Schema.Section section, List<String> path) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Schema.Key key : section.keys()) {
      values.add(value(key, Settings.append(path, key.name())));
    }
    if (values.contains(null)) {
      return null;
    }
    try {
      Record bound = construct(section.type(), values.toArray());
      if (bound instanceof Checked checked) {
        checked.problems().forEach(entries::problem);
      }
      return bound;
    } catch (IllegalArgumentException e) {
      entries.problem(String.join(".", path) + ": " + e.getMessage());
      return null;
    }
  }

  private @Nullable Object value(Schema.Key key, List<String> path) {
    return switch (key.schema()) {
      case Schema.Section section -> bind(section, path);
      case Schema.Named named -> named(named.element(), path);
      case Schema.Listed listed -> listed(listed.element(), path);
      case Schema.Leaf leaf -> leaf(leaf, key, path);
      case Schema.Leaves leaves -> leaves(leaves, key, path);
    };
  }

  private @Nullable Map<String, Object> named(Schema.Section element, List<String> path) {
    Map<String, Object> sections = new LinkedHashMap<>();
    boolean isWhole = true;
    for (String name : entries.namesBelow(path)) {
      Record section = bind(element, Settings.append(path, name));
      if (section == null) {
        isWhole = false;
      } else {
        sections.put(name, section);
      }
    }
    return isWhole ? Map.copyOf(sections) : null;
  }

  private @Nullable List<Object> listed(Schema.Section element, List<String> path) {
    Map<String, Object> sections = named(element, path);
    if (sections == null) {
      return null;
    }
    List<Object> inOrder = new ArrayList<>();
    for (int index = 0; index < sections.size(); index++) {
      Object section = sections.get(Integer.toString(index));
      if (section == null) {
        entries.problem(
            String.join(".", path)
                + ": its numbers must be 0 to "
                + (sections.size() - 1)
                + ", "
                + index
                + " is missing");
        return null;
      }
      inOrder.add(section);
    }
    return List.copyOf(inOrder);
  }

  private @Nullable Object leaf(Schema.Leaf leaf, Schema.Key key, List<String> path) {
    Entries.Entry entry = entries.get(path);
    if (entry != null) {
      if (key.setting().isRequired() && entry.texts().getFirst().isEmpty()) {
        entries.problem(entry.where() + ": " + String.join(".", path) + " must not be empty");
        return null;
      }
      Object value = parse(leaf.type(), entry.texts().getFirst(), path, entry.where());
      if (value != null) {
        return value;
      }
    } else if (key.setting().isRequired()) {
      entries.problem(String.join(".", path) + " is not set: " + key.setting().doc());
    }
    return key.setting().isRequired() ? null : LeafTypes.parse(leaf.type(), key.setting().value());
  }

  private List<Object> leaves(Schema.Leaves leaves, Schema.Key key, List<String> path) {
    Entries.Entry entry = entries.get(path);
    List<String> texts = entry == null ? List.of(key.setting().value()) : entry.texts();
    String where = entry == null ? "default" : entry.where();
    List<Object> values = new ArrayList<>();
    for (String text : texts.stream().flatMap(Binder::split).toList()) {
      Object value = parse(leaves.elementType(), text, path, where);
      if (value != null) {
        values.add(value);
      }
    }
    return List.copyOf(values);
  }

  private static Stream<String> split(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(part -> !part.isEmpty());
  }

  private @Nullable Object parse(Class<?> type, String text, List<String> path, String where) {
    try {
      return LeafTypes.parse(type, text);
    } catch (IllegalArgumentException e) {
      entries.problem(where + ": " + String.join(".", path) + ": " + e.getMessage());
      return null;
    }
  }

  private static Record construct(Class<? extends Record> type, @Nullable Object[] values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException problem) {
        throw problem;
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
