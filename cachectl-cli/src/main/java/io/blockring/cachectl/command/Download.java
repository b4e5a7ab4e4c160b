package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.admin.Response;
import java.io.IOException;
import java.io.OutputStream;

/** Brings one object's bytes here, all or with an error. */
final class Download {
  private static final int BUFFER_BYTES = 256 * 1024;

  private Download() {}

  /**
   * @param destination its name, for messages
   * @return how many bytes: the object's size
   */
  static long copy(AdminClient client, String path, String destination, OutputStream target)
      throws CommandFailure {
    Response response = client.open(Request.get("object").with("path", path));
    try (response) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = next(response, buffer, path); count >= 0; ) {
        write(target, buffer, count, destination);
        count = next(response, buffer, path);
      }
      return response.length();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.BROKEN_OFF, path + ": closing the connection failed: " + e.getMessage());
    }
  }

  private static int next(Response response, byte[] buffer, String path) throws CommandFailure {
    try {
      return response.read(buffer);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.BROKEN_OFF, path + " broke off: " + e.getMessage());
    }
  }

  private static void write(OutputStream target, byte[] buffer, int count, String destination)
      throws CommandFailure {
    try {
      target.write(buffer, 0, count);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CANNOT_WRITE, destination + " cannot be written: " + e.getMessage());
    }
  }
}
