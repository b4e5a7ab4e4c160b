package io.blockring.node.http.s3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What ListObjects (version 1 or 2) asks for.
 *
 * @param startAfter where this page begins; empty for the first
 * @param maxKeys at most {@link #MAX_KEYS}
 * @param isUrlEncoded whether names are percent-coded in the answer
 */
record ListQuery(
    boolean isV2,
    String prefix,
    String delimiter,
    String startAfter,
    int maxKeys,
    boolean isUrlEncoded,
    Parameters parameters) {

  /** Entries of a page, as Amazon has it. */
  static final int MAX_KEYS = 1000;

  /** Continuation tokens are this and the name to go on after, in URL-safe base 64. */
  private static final String TOKEN_MARK = "after:";

  static ListQuery parse(Parameters parameters) throws S3Exception {
    String listType = parameters.value("list-type");
    if (listType != null && !listType.equals("2")) {
      throw S3Exception.argument("list-type", listType, "list-type is 2 or absent");
    }
    String encoding = parameters.value("encoding-type");
    if (encoding != null && !encoding.equals("url")) {
      throw S3Exception.argument("encoding-type", encoding, "Invalid Encoding Method specified");
    }
    boolean isV2 = listType != null;
    return new ListQuery(
        isV2,
        parameters.valueOr("prefix", ""),
        parameters.valueOr("delimiter", ""),
        isV2 ? startOfV2(parameters) : parameters.valueOr("marker", ""),
        maxKeys(parameters.value("max-keys")),
        encoding != null,
        parameters);
  }

  private static String startOfV2(Parameters parameters) throws S3Exception {
    String token = parameters.value("continuation-token");
    if (token == null) {
      return parameters.valueOr("start-after", "");
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith(TOKEN_MARK) && text.length() > TOKEN_MARK.length()) {
        return text.substring(TOKEN_MARK.length());
      }
    } catch (IllegalArgumentException e) {
      // Not base 64: answered below like any other token that is not ours.
    }
    throw S3Exception.argument(
        "continuation-token", token, "The continuation token provided is incorrect");
  }

  static String token(String startAfter) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((TOKEN_MARK + startAfter).getBytes(StandardCharsets.UTF_8));
  }

  private static int maxKeys(@Nullable String text) throws S3Exception {
    if (text == null || text.isEmpty()) {
      return MAX_KEYS;
    }
    try {
      int wanted = Integer.parseInt(text);
      if (wanted >= 0) {
        return Math.min(wanted, MAX_KEYS);
      }
    } catch (NumberFormatException e) {
      // Answered below, like a negative number.
    }
    throw S3Exception.argument(
        "max-keys", text, "max-keys is an integer between 0 and " + Integer.MAX_VALUE);
  }
}
