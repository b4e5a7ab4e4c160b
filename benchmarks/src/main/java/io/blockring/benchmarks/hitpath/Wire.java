package io.blockring.benchmarks.hitpath;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection of the load generator, to any server; it waits unless somebody has told its
 * channel not to.
 */
interface Wire extends Closeable {
  void write(ByteBuffer request) throws IOException;

  /** Appends at least one byte, or what is there if it does not wait. */
  void read(ByteBuffer target) throws IOException;

  /** Makes connections to one port. */
  @FunctionalInterface
  interface Dial {
    Wire connect() throws IOException;
  }

  static Dial plain(int port) {
    return () -> {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Plain(channel);
    };
  }

  static Dial tls(int port, SSLContext trust) {
    return () -> {
      SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.startHandshake();
      return new Tls(socket, socket.getInputStream(), socket.getOutputStream());
    };
  }

  /** From the kernel straight into the target. */
  record Plain(SocketChannel channel) implements Wire {
    @Override
    public void write(ByteBuffer request) throws IOException {
      while (request.hasRemaining()) {
        channel.write(request);
      }
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
      if (channel.read(target) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Over a heap array: all that the JDK's sockets can do with TLS. */
  record Tls(SSLSocket socket, InputStream in, OutputStream out, byte[] chunk) implements Wire {
    Tls(SSLSocket socket, InputStream in, OutputStream out) {
      this(socket, in, out, new byte[64 * 1024]);
    }

    @Override
    public void write(ByteBuffer request) throws IOException {
      byte[] bytes = new byte[request.remaining()];
      request.get(bytes);
      out.write(bytes);
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
      int read = in.read(chunk, 0, Math.min(chunk.length, target.remaining()));
      if (read < 0) {
        throw new EOFException("the server closed the connection");
      }
      target.put(chunk, 0, read);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
