package io.blockring.node.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys file as a whole. */
public record KeysFileSettings(
    @Setting(doc = "The keys, each under the name that logs use for it.")
        Map<String, ApiKeySettings> keys)
    implements Checked {

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (keys.isEmpty()) {
      problems.add("keys: there is none, so nobody could log in");
    }
    Map<String, String> ids = new HashMap<>();
    Set<Secret> tokens = new HashSet<>();
    keys.forEach(
        (name, key) -> {
          if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            problems.add("keys: '" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ -");
          }
          String other = key.accessKeyId().isEmpty() ? null : ids.put(key.accessKeyId(), name);
          if (other != null) {
            problems.add("keys: " + name + " and " + other + " have one accessKeyId");
          }
          if (key.token().isGiven() && !tokens.add(key.token())) {
            problems.add("keys: " + name + " has the token of another key");
          }
        });
    return problems;
  }
}
