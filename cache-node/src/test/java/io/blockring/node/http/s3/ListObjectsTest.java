package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Listings over real HTTP, read with a real XML parser. */
class ListObjectsTest {
  private final FakeNamespace namespace = new FakeNamespace();
  private S3Endpoint endpoint;
  private RawHttp http;

  @BeforeEach
  void start() throws IOException {
    namespace.addMount("models");
    namespace.addMount("data");
    for (String key : new String[] {"a", "dir/1", "dir/2", "dir/sub/3", "z"}) {
      namespace.put("models", key, 10);
    }
    endpoint = new S3Endpoint(S3Settings.loopback(), namespace);
    http = new RawHttp(endpoint.listen("127.0.0.1", 0));
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    endpoint.close();
  }

  private Document list(String target) throws Exception {
    RawHttp.Response response = http.get(target);
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    assertThat(response.header("Content-Type")).isEqualTo("application/xml");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(response.body()));
  }

  private static List<String> texts(Document document, String element, String parent) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = document.getElementsByTagName(element);
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i).getParentNode().getNodeName().equals(parent)) {
        texts.add(nodes.item(i).getTextContent());
      }
    }
    return texts;
  }

  private static String text(Document document, String element) {
    List<String> texts = texts(document, element, "ListBucketResult");
    return texts.isEmpty() ? "(none)" : String.join("|", texts);
  }

  @Test
  void names_the_mounts_as_buckets() throws Exception {
    Document document = list("/");
    assertThat(texts(document, "Name", "Bucket")).containsExactly("data", "models");
    assertThat(texts(document, "CreationDate", "Bucket")).hasSize(2);
  }

  @Test
  void version_2_lists_everything_about_each_object() throws Exception {
    Document document = list("/models?list-type=2&fetch-owner=true");
    assertThat(texts(document, "Key", "Contents"))
        .containsExactly("a", "dir/1", "dir/2", "dir/sub/3", "z");
    assertThat(texts(document, "Size", "Contents")).containsOnly("10");
    assertThat(texts(document, "ETag", "Contents")).containsOnly("\"v1\"");
    assertThat(texts(document, "LastModified", "Contents"))
        .containsOnly("2026-10-21T07:28:00.123Z");
    assertThat(text(document, "KeyCount")).isEqualTo("5");
    assertThat(text(document, "MaxKeys")).isEqualTo("1000");
    assertThat(text(document, "IsTruncated")).isEqualTo("false");
    assertThat(text(document, "NextContinuationToken")).isEqualTo("(none)");
  }

  @Test
  void a_delimiter_folds_names_below_a_prefix() throws Exception {
    Document top = list("/models?list-type=2&delimiter=/");
    assertThat(texts(top, "Key", "Contents")).containsExactly("a", "z");
    assertThat(texts(top, "Prefix", "CommonPrefixes")).containsExactly("dir/");
    assertThat(text(top, "KeyCount")).isEqualTo("3");
    Document below = list("/models?list-type=2&delimiter=/&prefix=dir/");
    assertThat(texts(below, "Key", "Contents")).containsExactly("dir/1", "dir/2");
    assertThat(texts(below, "Prefix", "CommonPrefixes")).containsExactly("dir/sub/");
  }

  @Test
  void version_2_pages_by_token_until_every_name_was_given_once() throws Exception {
    List<String> names = new ArrayList<>();
    String token = "";
    for (int page = 0; page < 10 && !token.equals("(none)"); page++) {
      Document document =
          list(
              "/models?list-type=2&delimiter=/&max-keys=1"
                  + (token.isEmpty() ? "" : "&continuation-token=" + token));
      names.addAll(texts(document, "Key", "Contents"));
      names.addAll(texts(document, "Prefix", "CommonPrefixes"));
      token = text(document, "NextContinuationToken");
    }
    assertThat(names).containsExactly("a", "dir/", "z");
  }

  @Test
  void version_1_pages_by_marker() throws Exception {
    Document first = list("/models?max-keys=2");
    assertThat(texts(first, "Key", "Contents")).containsExactly("a", "dir/1");
    assertThat(text(first, "IsTruncated")).isEqualTo("true");
    assertThat(text(first, "NextMarker")).isEqualTo("dir/1");
    Document second = list("/models?marker=dir/1");
    assertThat(texts(second, "Key", "Contents")).containsExactly("dir/2", "dir/sub/3", "z");
    Document folded = list("/models?delimiter=/&marker=dir/");
    assertThat(texts(folded, "Prefix", "CommonPrefixes")).isEmpty();
    assertThat(texts(folded, "Key", "Contents")).containsExactly("z");
  }

  @Test
  void start_after_begins_behind_a_name() throws Exception {
    Document document = list("/models?list-type=2&start-after=dir/2");
    assertThat(texts(document, "Key", "Contents")).containsExactly("dir/sub/3", "z");
    assertThat(text(document, "StartAfter")).isEqualTo("dir/2");
  }

  @Test
  void max_keys_is_a_number_and_capped() throws Exception {
    Document none = list("/models?list-type=2&max-keys=0");
    assertThat(text(none, "KeyCount")).isEqualTo("0");
    assertThat(text(none, "IsTruncated")).isEqualTo("false");
    assertThat(text(list("/models?list-type=2&max-keys=5000"), "MaxKeys")).isEqualTo("1000");
    for (String bad :
        new String[] {
          "max-keys=-1",
          "max-keys=x",
          "continuation-token=%2B",
          "continuation-token=YWJj",
          "encoding-type=hex",
          "list-type=3"
        }) {
      String query = bad.startsWith("list-type") ? bad : "list-type=2&" + bad;
      RawHttp.Response response = http.get("/models?" + query);
      assertThat(response.status()).as(bad).isEqualTo(400);
      assertThat(response.text())
          .contains("<Code>InvalidArgument</Code>")
          .contains("<ArgumentName>" + bad.substring(0, bad.indexOf('=')) + "</ArgumentName>");
    }
  }

  @Test
  void any_key_survives_the_document() throws Exception {
    String awkward = "x<&>\"' \r\n\t€😀+%";
    namespace.put("data", awkward, 1);
    assertThat(texts(list("/data?list-type=2"), "Key", "Contents")).containsExactly(awkward);
    Document encoded = list("/data?list-type=2&encoding-type=url&prefix=x%3C");
    assertThat(texts(encoded, "Key", "Contents")).containsExactly(Percent.encodeKey(awkward));
    assertThat(text(encoded, "Prefix")).isEqualTo("x%3C");
    assertThat(text(encoded, "EncodingType")).isEqualTo("url");
  }

  @Test
  void a_key_that_xml_cannot_carry_asks_for_url_encoding() throws Exception {
    namespace.put("data", "bad\u0001", 1);
    RawHttp.Response response = http.get("/data?list-type=2");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text()).contains("U+0001").contains("encoding-type=url").contains("bad%01");
    assertThat(texts(list("/data?list-type=2&encoding-type=url"), "Key", "Contents"))
        .containsExactly("bad%01");
  }
}
