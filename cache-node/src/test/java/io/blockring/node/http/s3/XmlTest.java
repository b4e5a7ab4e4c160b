package io.blockring.node.http.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class XmlTest {

  private static String roundTrip(String text) throws Exception {
    byte[] document = new Xml().open("Root").element("Key", text).toBytes();
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(document))
        .getElementsByTagName("Key")
        .item(0)
        .getTextContent();
  }

  @Test
  void a_parser_reads_back_any_text_that_xml_can_carry() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    String[] awkward = {
      "<", ">", "&", "\"", "'", "]]>", "\r\n", "\t", " ", "€", "😀", "\uFFFD", "/", "&amp;"
    };
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder("a");
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append(awkward[random.nextInt(awkward.length)]);
      }
      assertThat(roundTrip(text.toString())).as("seed %d", seed).isEqualTo(text.toString());
    }
  }

  @Test
  void finds_what_xml_cannot_carry() {
    assertThat(Xml.firstUnwritable("a\tb\r\n€😀")).isEqualTo(-1);
    assertThat(Xml.firstUnwritable("a\u0001")).isEqualTo(1);
    assertThat(Xml.firstUnwritable("\uFFFF")).isEqualTo(0xFFFF);
    assertThat(Xml.firstUnwritable("\uD800")).isEqualTo(0xD800);
  }

  @Test
  void stays_well_formed_with_what_it_cannot_carry() throws Exception {
    assertThat(roundTrip("a\u0001b\uD800c")).isEqualTo("a\uFFFDb\uFFFDc");
  }
}
