package io.blockring.node.security;

import io.blockring.node.config.Secret;
import java.util.List;

/**
 * One holder of credentials and what is allowed to it. Its text never shows a secret.
 *
 * @param accessKeyId for S3 signatures; empty when it has none
 * @param secretAccessKey belongs to {@code accessKeyId}
 * @param token for the admin port; not given when it has none
 * @param paths folders {@code /mount/a/b/} below which it may read, each with a slash at its end;
 *     empty: everything
 */
public record ApiKey(
    String name,
    Role role,
    String accessKeyId,
    Secret secretAccessKey,
    Secret token,
    List<String> paths) {

  /** Whoever reaches a node that has no keys. */
  public static final ApiKey ANYONE =
      new ApiKey("anyone", Role.OPERATOR, "", Secret.parse(""), Secret.parse(""), List.of());

  public ApiKey {
    paths = paths.stream().map(path -> path.endsWith("/") ? path : path + "/").toList();
  }

  /** A key that reads everything through S3. */
  public static ApiKey ofS3(String accessKeyId, String secretAccessKey) {
    return new ApiKey(
        accessKeyId,
        Role.READER,
        accessKeyId,
        Secret.parse(secretAccessKey),
        Secret.parse(""),
        List.of());
  }

  public boolean isLimited() {
    return !paths.isEmpty();
  }

  public boolean mayChange() {
    return role == Role.OPERATOR;
  }

  /**
   * Whether it may read this, and list what begins with this.
   *
   * @param path {@code /mount/key}, not interpreted in any way: {@code ..} is a name like others
   */
  public boolean mayRead(String path) {
    return !isLimited() || paths.stream().anyMatch(path::startsWith);
  }

  /** Whether it may read anything in a mount. */
  public boolean maySee(String mount) {
    return !isLimited() || paths.stream().anyMatch(path -> path.startsWith("/" + mount + "/"));
  }
}
