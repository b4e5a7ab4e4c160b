package io.blockring.cachectl.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that was read. Getters insist on the type; a field that lacks means that the node
 * is of another version, and says so.
 *
 * <p>Made on jackson-core alone: databind would double the time that cachectl needs to start.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, @Nullable Object> fields;

  private Json(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  /** Reads an object. */
  public static Json parse(String text) throws CommandFailure {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        return readObject(parser);
      }
    } catch (IOException e) {
      // Said below with the beginning of what came.
    }
    String shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
    throw new CommandFailure(
        ExitCode.PROTOCOL, "the answer is not a JSON object: '" + shown.strip() + "'");
  }

  private static Json readObject(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, readValue(parser));
    }
    return new Json(fields);
  }

  private static @Nullable Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(readValue(parser));
        }
        yield items;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }

  /**
   * Writes an object.
   *
   * @param namesAndValues in turn; values are texts, whole numbers, booleans or lists of texts
   */
  public static String object(Object... namesAndValues) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      generator.writeStartObject();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        generator.writeFieldName((String) namesAndValues[i]);
        writeValue(generator, namesAndValues[i + 1]);
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    return text.toString();
  }

  private static void writeValue(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case String string -> generator.writeString(string);
      case Boolean flag -> generator.writeBoolean(flag);
      case Number number -> generator.writeNumber(number.longValue());
      case List<?> items -> {
        generator.writeStartArray();
        for (Object item : items) {
          writeValue(generator, item);
        }
        generator.writeEndArray();
      }
      default -> throw new IllegalArgumentException("not for JSON: " + value.getClass());
    }
  }

  public String text(String name) throws CommandFailure {
    return required(name, String.class);
  }

  public long number(String name) throws CommandFailure {
    return required(name, Long.class);
  }

  public boolean flag(String name) throws CommandFailure {
    return required(name, Boolean.class);
  }

  /** A number with digits after the point, or null where the field is. */
  public @Nullable Double decimal(String name) throws CommandFailure {
    return fields.get(name) == null ? null : (Double) required(name, Number.class).doubleValue();
  }

  /** A whole number, or null where the field is. */
  public @Nullable Long numberOrNull(String name) throws CommandFailure {
    return fields.get(name) == null ? null : (Long) number(name);
  }

  public Json object(String name) throws CommandFailure {
    return required(name, Json.class);
  }

  /** An object, or null where the field is. */
  public @Nullable Json objectOrNull(String name) throws CommandFailure {
    return fields.get(name) == null ? null : object(name);
  }

  public List<Json> objects(String name) throws CommandFailure {
    List<Json> objects = new ArrayList<>();
    for (Object item : required(name, List.class)) {
      objects.add(as(name, item, Json.class));
    }
    return objects;
  }

  public List<String> texts(String name) throws CommandFailure {
    List<String> texts = new ArrayList<>();
    for (Object item : required(name, List.class)) {
      texts.add(as(name, item, String.class));
    }
    return texts;
  }

  /** Names of all fields, as they came. */
  public List<String> names() {
    return List.copyOf(fields.keySet());
  }

  private <T> T required(String name, Class<T> type) throws CommandFailure {
    return as(name, fields.get(name), type);
  }

  private static <T> T as(String name, @Nullable Object value, Class<T> type)
      throws CommandFailure {
    if (!type.isInstance(value)) {
      throw new CommandFailure(
          ExitCode.PROTOCOL,
          "the node's answer has '"
              + name
              + "': "
              + value
              + ", expected "
              + type.getSimpleName()
              + "; is it of another version than this cachectl?");
    }
    return type.cast(value);
  }
}
