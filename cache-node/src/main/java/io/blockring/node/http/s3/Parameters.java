package io.blockring.node.http.s3;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query string's parameters, decoded, in the order they were sent. */
record Parameters(List<Parameter> all) {

  /** One of them; {@code ?acl} has an empty value. */
  record Parameter(String name, String value) {}

  static Parameters parse(String query) throws S3Exception {
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.add(new Parameter(Percent.decodeQuery(name), Percent.decodeQuery(value)));
      }
    }
    return new Parameters(List.copyOf(parameters));
  }

  /** The first of that name, null when there is none. */
  @Nullable String value(String name) {
    for (Parameter parameter : all) {
      if (parameter.name.equals(name)) {
        return parameter.value;
      }
    }
    return null;
  }

  String valueOr(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }

  boolean has(String name) {
    return value(name) != null;
  }
}
