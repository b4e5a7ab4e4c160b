package io.blockring.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * S3Proxy as a process, set up by those environment variables of its public image that {@code
 * docker/compose.yaml} uses. For machines without Docker.
 */
public final class BucketServer {
  private BucketServer() {}

  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "demo-logback.xml");
    Map<String, String> environment = System.getenv();
    Path objects = Path.of(required(environment, "JCLOUDS_FILESYSTEM_BASEDIR"));
    Files.createDirectories(objects);
    if (!required(environment, "S3PROXY_AUTHORIZATION").equals("aws-v4")) {
      throw new IOException("S3PROXY_AUTHORIZATION: only aws-v4 is known here");
    }
    S3Proxy.builder()
        .blobStore(new FilesystemNio2BlobStore(objects.toAbsolutePath().toString()))
        .endpoint(URI.create(required(environment, "S3PROXY_ENDPOINT")))
        .awsAuthentication(
            AuthenticationType.AWS_V4,
            required(environment, "S3PROXY_IDENTITY"),
            required(environment, "S3PROXY_CREDENTIAL"))
        .build()
        .start();
    new CountDownLatch(1).await();
  }

  private static String required(Map<String, String> environment, String variable)
      throws IOException {
    String value = environment.get(variable);
    if (value == null) {
      throw new IOException(variable + " is not set");
    }
    return value;
  }
}
