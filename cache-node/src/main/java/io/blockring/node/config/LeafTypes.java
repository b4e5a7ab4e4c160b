package io.blockring.node.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the text of one setting becomes a value. */
final class LeafTypes {
  private LeafTypes() {}

  static boolean isLeaf(Class<?> type) {
    return type == String.class
        || type == int.class
        || type == long.class
        || type == boolean.class
        || type == Duration.class
        || type == Path.class
        || type.isEnum()
        || parseMethod(type) != null;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException whose message names the text and what is allowed
   */
  static Object parse(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == boolean.class) {
      return parseBoolean(text);
    }
    if (type == int.class) {
      return Math.toIntExact(parseWhole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (type == long.class) {
      return parseWhole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    if (type == Path.class) {
      return Path.of(text);
    }
    return type.isEnum() ? parseEnum(type, text) : parseBy(type, text);
  }

  /** As the reference page calls it. */
  static String name(Class<?> type) {
    if (type == String.class) {
      return "text";
    }
    if (type == int.class || type == long.class) {
      return "whole number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == ByteSize.class) {
      return "size";
    }
    if (type == BitRate.class) {
      return "bits a second";
    }
    if (type == AutoSize.class) {
      return "size or auto";
    }
    return type.isEnum() ? constants(type, " or ") : type.getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static long parseWhole(String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number that is too large.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a whole number between " + min + " and " + max);
  }

  private static Object parseEnum(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (label(constant).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not one of " + constants(type, ", "));
  }

  private static String constants(Class<?> type, String separator) {
    return Arrays.stream(type.getEnumConstants())
        .map(LeafTypes::label)
        .collect(Collectors.joining(separator));
  }

  private static String label(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object parseBy(Class<?> type, String text) {
    try {
      Method parse = parseMethod(type);
      if (parse == null) {
        throw new IllegalStateException(type + " has no static parse(String)");
      }
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException problem) {
        throw problem;
      }
      throw new IllegalStateException(type + ".parse failed", e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(type + ".parse is not public", e);
    }
  }

  private static @Nullable Method parseMethod(Class<?> type) {
    try {
      Method parse = type.getDeclaredMethod("parse", String.class);
      return Modifier.isStatic(parse.getModifiers()) ? parse : null;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
