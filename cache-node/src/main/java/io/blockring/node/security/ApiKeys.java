package io.blockring.node.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of a node at one moment. Immutable; without any, nobody is asked who they are. */
public final class ApiKeys {
  public static final ApiKeys NONE = new ApiKeys(List.of());

  private record Bearer(byte[] tokenDigest, ApiKey key) {}

  private final Map<String, ApiKey> byAccessKeyId = new HashMap<>();
  private final List<Bearer> bearers = new ArrayList<>();
  private final boolean isEmpty;

  private ApiKeys(List<ApiKey> keys) {
    isEmpty = keys.isEmpty();
    for (ApiKey key : keys) {
      if (!key.accessKeyId().isEmpty()) {
        byAccessKeyId.put(key.accessKeyId(), key);
      }
      if (key.token().isGiven()) {
        bearers.add(new Bearer(digest(key.token().reveal()), key));
      }
    }
  }

  public static ApiKeys of(List<ApiKey> keys) {
    return keys.isEmpty() ? NONE : new ApiKeys(keys);
  }

  public static ApiKeys of(ApiKey... keys) {
    return of(List.of(keys));
  }

  public boolean isEmpty() {
    return isEmpty;
  }

  public @Nullable ApiKey ofAccessKeyId(String id) {
    return byAccessKeyId.get(id);
  }

  /** Takes as long for a token that is nearly right as for any other. */
  public @Nullable ApiKey ofToken(String token) {
    byte[] given = digest(token);
    ApiKey found = null;
    for (Bearer bearer : bearers) {
      if (MessageDigest.isEqual(bearer.tokenDigest, given)) {
        found = bearer.key;
      }
    }
    return found;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
