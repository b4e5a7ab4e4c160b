package io.blockring.client.peer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * TLS over a blocking socket. An end without a farewell is an end: replies say their length, so a
 * short one is noticed above.
 */
final class TlsChannel implements PeerChannel {
  private final SocketChannel channel;
  private final SSLEngine engine;
  private final ByteBuffer encryptedIn;
  private final ByteBuffer encryptedOut;
  // What was decrypted and found no room where it was asked for.
  private final ByteBuffer decrypted;

  /** The channel is connected; {@link #handshake} comes first. */
  TlsChannel(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    this.encryptedIn = ByteBuffer.allocate(2 * packet).limit(0);
    this.encryptedOut = ByteBuffer.allocate(packet);
    this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /** Finds out who the other is, and says who this is. */
  void handshake() throws IOException {
    engine.beginHandshake();
    ByteBuffer nothing = ByteBuffer.allocate(0);
    for (HandshakeStatus status = engine.getHandshakeStatus();
        status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
        status = engine.getHandshakeStatus()) {
      switch (status) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> wrap(nothing);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (unwrapAside() < 0) {
            throw new EOFException("closed during the TLS handshake: is it a TLS port?");
          }
        }
        case NOT_HANDSHAKING, FINISHED -> {}
      }
    }
  }

  @Override
  public long read(ByteBuffer target) throws IOException {
    while (true) {
      if (decrypted.hasRemaining()) {
        return take(target);
      }
      int before = target.position();
      if (target.remaining() >= decrypted.capacity()) {
        if (unwrap(target) < 0) {
          return -1;
        }
      } else if (unwrapAside() < 0) {
        return -1;
      }
      if (target.position() > before) {
        return target.position() - before;
      }
    }
  }

  @Override
  public long read(ByteBuffer target, ByteBuffer overflow) throws IOException {
    return read(target);
  }

  private int take(ByteBuffer target) {
    int taken = Math.min(decrypted.remaining(), target.remaining());
    target.put(target.position(), decrypted, decrypted.position(), taken);
    target.position(target.position() + taken);
    decrypted.position(decrypted.position() + taken);
    return taken;
  }

  private int unwrapAside() throws IOException {
    decrypted.clear();
    try {
      return unwrap(decrypted);
    } finally {
      decrypted.flip();
    }
  }

  /** One record, or what the handshake needs; -1 at the end. */
  private int unwrap(ByteBuffer target) throws IOException {
    while (true) {
      SSLEngineResult result = engine.unwrap(encryptedIn, target);
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      } else if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && !engine.isOutboundDone()) {
        wrap(ByteBuffer.allocate(0));
      }
      switch (result.getStatus()) {
        case OK -> {
          return result.bytesProduced();
        }
        case CLOSED -> {
          return -1;
        }
        case BUFFER_OVERFLOW ->
            throw new SSLException("a record larger than " + target.remaining() + " bytes");
        case BUFFER_UNDERFLOW -> {
          encryptedIn.compact();
          int received;
          try {
            received = channel.read(encryptedIn);
          } finally {
            encryptedIn.flip();
          }
          if (received < 0) {
            return -1;
          }
        }
      }
    }
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      wrap(source);
    }
  }

  private void wrap(ByteBuffer source) throws IOException {
    encryptedOut.clear();
    SSLEngineResult result = engine.wrap(source, encryptedOut);
    encryptedOut.flip();
    while (encryptedOut.hasRemaining()) {
      channel.write(encryptedOut);
    }
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && source.hasRemaining()) {
      throw new EOFException("the peer has ended the TLS session");
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
