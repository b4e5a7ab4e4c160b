package io.blockring.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * A bucket that speaks S3, in this process, with its objects in a directory and credentials of its
 * own for each run. Readers go through a {@link CountingProxy}; uploads here do not, and are not
 * counted.
 */
public final class EmbeddedBucket implements AutoCloseable {
  private static final int UPLOADS = 4;
  private static final long UPLOAD_MINUTES = 10;

  private final String name;
  private final BlobStore objects;
  private final S3Proxy server;
  private final CountingProxy proxy;
  private final BucketCredentials credentials;

  private EmbeddedBucket(
      String name,
      BlobStore objects,
      S3Proxy server,
      CountingProxy proxy,
      BucketCredentials credentials) {
    this.name = name;
    this.objects = objects;
    this.server = server;
    this.proxy = proxy;
    this.credentials = credentials;
  }

  /**
   * Starts an empty bucket of this name on a free port of loopback.
   *
   * @param directory kept by the caller, on a file system with extended attributes (ETags live
   *     there)
   */
  public static EmbeddedBucket start(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    BlobStore objects = new FilesystemNio2BlobStore(directory.toAbsolutePath().toString());
    objects.createContainer(name);
    BucketCredentials credentials = BucketCredentials.random();
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(
                AuthenticationType.AWS_V4, credentials.accessKey(), credentials.secretKey())
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("the bucket '" + name + "' did not start in " + directory, e);
    }
    CountingProxy proxy = CountingProxy.start(new InetSocketAddress("127.0.0.1", server.getPort()));
    return new EmbeddedBucket(name, objects, server, proxy, credentials);
  }

  /** As in {@code s3://name}. */
  public String name() {
    return name;
  }

  /** What a mount's endpoint is set to: the counting proxy. */
  public URI endpoint() {
    return proxy.endpoint();
  }

  /** Counters and faults. */
  public CountingProxy proxy() {
    return proxy;
  }

  public BucketCredentials credentials() {
    return credentials;
  }

  /**
   * Stores one object, or overwrites it in one step.
   *
   * @return its ETag, with quotes
   */
  public String put(String key, SampleFile file) throws IOException {
    PutObjectRequest request =
        PutObjectRequest.builder().bucket(name).key(key).contentLength(file.size()).build();
    try (InputStream content = file.open()) {
      String etag = objects.putBlob(request, content).eTag();
      if (etag == null || objects.blobMetadata(name, key).eTag() == null) {
        throw new IOException(
            "the bucket's directory has no extended attributes, so " + key + " has no ETag");
      }
      return etag;
    }
  }

  /** Stores files under {@code prefix + path}, several at a time. */
  public void putAll(String prefix, Collection<SampleFile> files, LongConsumer onBytes)
      throws IOException, InterruptedException {
    try (ExecutorService uploads = Executors.newFixedThreadPool(UPLOADS)) {
      var pending = files.stream().map(file -> uploads.submit(() -> upload(prefix, file, onBytes)));
      for (Future<String> upload : pending.toList()) {
        upload.get(UPLOAD_MINUTES, TimeUnit.MINUTES);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("not all samples could be stored in bucket " + name, e);
    }
  }

  public void delete(String key) {
    objects.removeBlob(name, key);
  }

  /** Stops serving. The directory stays. */
  @Override
  public void close() throws IOException {
    proxy.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("the bucket '" + name + "' did not stop", e);
    }
  }

  private String upload(String prefix, SampleFile file, LongConsumer onBytes) throws IOException {
    String etag = put(prefix + file.path(), file);
    onBytes.accept(file.size());
    return etag;
  }
}
