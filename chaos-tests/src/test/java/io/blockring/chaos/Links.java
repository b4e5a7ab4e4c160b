package io.blockring.chaos;

import io.blockring.demo.LocalNode;
import io.blockring.demo.NodePorts;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The links of a stage and their names in Toxiproxy. */
final class Links {
  /** From all nodes to the bucket. */
  static final String BUCKET = "bucket";

  /** Apart from the nodes' own addresses, which count from 1. */
  private static final String BUCKET_HOST = "127.0.1.200";

  private Links() {}

  /** To a node's block port, from nodes and clients. */
  static String blocks(LocalNode node) {
    return node.name() + "-blocks";
  }

  /** To a node's control port, from nodes and clients. */
  static String control(LocalNode node) {
    return node.name() + "-control";
  }

  /** To a node's S3 port, from readers. */
  static String s3(LocalNode node) {
    return node.name() + "-s3";
  }

  /** To a node's Hazelcast port, from nodes. */
  static String cluster(LocalNode node) {
    return node.name() + "-cluster";
  }

  /** Returns what the nodes use as the bucket's endpoint. */
  static URI toBucket(Toxiproxy toxiproxy, URI bucket) throws IOException, InterruptedException {
    String listen = BUCKET_HOST + ":" + bucket.getPort();
    toxiproxy.link(BUCKET, listen, bucket.getHost() + ":" + bucket.getPort());
    return URI.create("http://" + listen);
  }

  static void toNodes(Toxiproxy toxiproxy, List<LocalNode> nodes)
      throws IOException, InterruptedException {
    for (LocalNode node : nodes) {
      NodePorts ports = node.ports();
      for (var port :
          Map.of(
                  blocks(node),
                  ports.blocks(),
                  control(node),
                  ports.control(),
                  s3(node),
                  ports.s3(),
                  cluster(node),
                  ports.cluster(),
                  node.name() + "-admin",
                  ports.admin())
              .entrySet()) {
        toxiproxy.link(
            port.getKey(),
            node.host().advertised() + ":" + port.getValue(),
            node.host().bound() + ":" + port.getValue());
      }
    }
  }
}
