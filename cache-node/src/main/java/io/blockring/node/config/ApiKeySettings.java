package io.blockring.node.config;

import java.util.ArrayList;
import java.util.List;

/** One entry of the keys file. */
public record ApiKeySettings(
    @Setting(doc = "reader (looks) or operator (changes the cluster as well).", value = "reader")
        RoleName role,
    @Setting(doc = "Access key id for the S3 port, at most 128 characters and no slash.")
        String accessKeyId,
    @Setting(doc = "Its secret, at least 16 characters.") Secret secretAccessKey,
    @Setting(doc = "Bearer token for the admin port, at least 20 characters.") Secret token,
    @Setting(
            doc =
                "Folders it may read, as /MOUNT or /MOUNT/FOLDER; readers only. Empty: everything.")
        List<String> paths)
    implements Checked {
  private static final int MIN_SECRET = 16;
  private static final int MIN_TOKEN = 20;

  /** As in the file. */
  public enum RoleName {
    READER,
    OPERATOR
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    String who = accessKeyId.isEmpty() ? "a key" : "the key with accessKeyId " + accessKeyId;
    if (accessKeyId.isEmpty() == secretAccessKey.isGiven()) {
      problems.add(who + ": accessKeyId and secretAccessKey are only used together");
    }
    if (accessKeyId.isEmpty() && !token.isGiven()) {
      problems.add(who + " has neither an accessKeyId nor a token");
    }
    if (accessKeyId.length() > 128 || accessKeyId.indexOf('/') >= 0) {
      problems.add(who + ": an accessKeyId has at most 128 characters and no slash");
    }
    requireLength(who + ": its secretAccessKey", secretAccessKey, MIN_SECRET, problems);
    requireLength(who + ": its token", token, MIN_TOKEN, problems);
    if (role == RoleName.OPERATOR && !paths.isEmpty()) {
      problems.add(who + ": paths are for readers, an operator changes the whole cluster");
    }
    for (String path : paths) {
      if (!path.matches("/[^/]+(/.*)?")) {
        problems.add(who + ": path '" + path + "' is not /MOUNT or /MOUNT/FOLDER");
      }
    }
    return problems;
  }

  private static void requireLength(String what, Secret secret, int least, List<String> problems) {
    String text = secret.reveal();
    if (secret.isGiven() && text.length() < least) {
      problems.add(
          what + " has " + text.length() + " characters, at least " + least + " are needed");
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      problems.add(what + " has a character that is not printable ASCII, or a blank");
    }
  }
}
