package io.blockring.cachectl.admin;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Asks the nodes of one cluster, the first that can be reached; the next only when nothing was sent
 * or asking twice is harmless. Stays with the node that answered, because only that one knows the
 * warm-ups it runs. For one thread.
 */
public final class AdminClient {
  private static final Duration MAX_CONNECT = Duration.ofSeconds(3);

  private final List<Address> addresses;
  private final Duration timeout;
  private final Login login;
  private int current;

  /**
   * @param addresses at least one, in the order in which they are tried
   * @param timeout of one answer; of silence while an object is read
   */
  public AdminClient(List<Address> addresses, Duration timeout) {
    this(addresses, timeout, Login.NONE);
  }

  /**
   * @param login shown to each node
   */
  public AdminClient(List<Address> addresses, Duration timeout, Login login) {
    this.login = login;
    this.addresses = List.copyOf(addresses);
    this.timeout = timeout;
  }

  /** Asks and reads the whole answer. */
  public Answer ask(Request request) throws CommandFailure {
    return first(
        request,
        response -> {
          String text = response.text();
          response.close();
          if (response.status() >= 300) {
            throw failureOf(response, text);
          }
          return new Answer(text);
        });
  }

  /** Asks for bytes; the caller reads and closes. */
  public Response open(Request request) throws CommandFailure {
    return first(
        request,
        response -> {
          if (response.status() >= 300) {
            String text = response.text();
            response.close();
            throw failureOf(response, text);
          }
          return response;
        });
  }

  private interface Reader<T> {
    T read(Response response) throws IOException, CommandFailure;
  }

  private <T> T first(Request request, Reader<T> reader) throws CommandFailure {
    StringBuilder tried = new StringBuilder();
    for (int i = 0; i < addresses.size(); i++) {
      int index = (current + i) % addresses.size();
      Address address = addresses.get(index);
      boolean isSent = false;
      try {
        Socket socket = Response.connect(address, least(timeout, MAX_CONNECT));
        Socket connection = address.isTls() ? encrypted(socket, address) : socket;
        isSent = true;
        T answer = reader.read(exchange(connection, address, request));
        current = index;
        return answer;
      } catch (Response.NotHttpException e) {
        throw new CommandFailure(ExitCode.PROTOCOL, address + ": " + e.getMessage());
      } catch (IOException e) {
        if (isSent && !request.isRepeatable()) {
          throw new CommandFailure(
              ExitCode.UNAVAILABLE,
              address
                  + " was asked and did not answer ("
                  + reasonOf(e)
                  + "): it may have been done");
        }
        tried.append("\n  ").append(address).append(": ").append(reasonOf(e));
      }
    }
    throw new CommandFailure(
        ExitCode.UNAVAILABLE,
        "no node answers; tried"
            + tried
            + "\nName others with --address, CACHECTL_ADDRESS or a context (cachectl context --help).");
  }

  /** A certificate that is not believed is for a person to mend; other nodes do not help. */
  private Socket encrypted(Socket socket, Address address) throws IOException, CommandFailure {
    try {
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      return login.encrypted(socket, address);
    } catch (SSLHandshakeException e) {
      socket.close();
      throw new CommandFailure(
          ExitCode.PROTOCOL,
          address
              + ": its certificate is not believed ("
              + e.getMessage()
              + "): name its authority with --ca-file");
    } catch (SSLException e) {
      socket.close();
      throw new CommandFailure(
          ExitCode.PROTOCOL,
          address + " does not speak TLS (" + e.getMessage() + "): write http:// in its address");
    } catch (IOException | CommandFailure e) {
      socket.close();
      throw e;
    }
  }

  private Response exchange(Socket socket, Address address, Request request) throws IOException {
    try {
      return Response.of(socket, address, login, request, timeout);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private String reasonOf(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return e instanceof SocketTimeoutException
        ? "no answer within " + timeout.toMillis() + " ms"
        : message;
  }

  private static CommandFailure failureOf(Response response, String text) throws CommandFailure {
    Json error = Json.parse(text).object("error");
    String code = error.text("code");
    ExitCode exitCode =
        switch (code) {
          case "bad_input", "range", "too_large" -> ExitCode.USAGE;
          case "not_found" -> ExitCode.NOT_FOUND;
          case "conflict" -> ExitCode.CONFLICT;
          case "changed" -> ExitCode.CHANGED;
          case "denied", "unauthorized", "forbidden", "bad_host" -> ExitCode.DENIED;
          case "busy", "throttled", "too_many_logins" -> ExitCode.BUSY;
          case "unavailable", "deadline" -> ExitCode.UNAVAILABLE;
          case "internal" -> ExitCode.INTERNAL;
          default -> ExitCode.PROTOCOL;
        };
    String retry = response.header("retry-after");
    return new CommandFailure(
        exitCode,
        error.text("message")
            + (code.equals("unauthorized") ? "; cachectl takes it from --token-file" : "")
            + (retry.isEmpty() ? "" : "; try again in " + retry + " s")
            + (exitCode == ExitCode.INTERNAL ? " (trace " + error.text("traceId") + ")" : ""));
  }
}
