package io.blockring.demo;

import java.io.IOException;

/** Where one node listens. */
public record NodePorts(int s3, int blocks, int control, int admin, int cluster) {

  static NodePorts free() throws IOException {
    return new NodePorts(
        FreePorts.next(), FreePorts.next(), FreePorts.next(), FreePorts.next(), FreePorts.next());
  }
}
