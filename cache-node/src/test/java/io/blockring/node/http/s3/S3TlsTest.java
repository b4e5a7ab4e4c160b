package io.blockring.node.http.s3;

import io.blockring.client.credentials.PeerAuthority;
import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.security.Certificates;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/** Every test of the SDK once more, over TLS. */
class S3TlsTest extends S3SdkTest {
  @TempDir private static Path directory;
  private static @Nullable TlsIdentity identity;
  private static @Nullable PeerAuthority authority;

  @BeforeAll
  static void issue() throws IOException {
    Certificates certificates = new Certificates(directory);
    identity = TlsIdentity.open(certificates.issue("s3"), certificates.key("s3"));
    authority = PeerAuthority.open(certificates.ca);
  }

  @Override
  @Nullable TlsIdentity tls() {
    return identity;
  }

  @Override
  SdkHttpClient http() {
    return Apache5HttpClient.builder()
        .tlsTrustManagersProvider(() -> new TrustManager[] {Objects.requireNonNull(authority)})
        .build();
  }

  @Override
  HttpURLConnection open(URL url) throws IOException {
    HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {Objects.requireNonNull(authority)}, null);
      connection.setSSLSocketFactory(context.getSocketFactory());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    return connection;
  }
}
