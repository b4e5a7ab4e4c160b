package io.blockring.demo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The safetensors format: eight bytes of length, a JSON header that says where each tensor lies,
 * then the tensors. Headers are real, so any reader of the format takes these files; the numbers in
 * the tensors are self-describing noise.
 */
final class Safetensors {

  /** How a tensor's numbers are stored. */
  enum Type {
    F16(2),
    F32(4),
    I64(8);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /** One named array. */
  record Tensor(String name, Type type, int... shape) {
    long bytes() {
      long bytes = type.bytes;
      for (int side : shape) {
        bytes *= side;
      }
      return bytes;
    }
  }

  private Safetensors() {}

  /** The recipe of a file with these tensors, in this order. */
  static SampleFile.Recipe recipe(List<Tensor> tensors) {
    return stamp -> {
      byte[] head = head(stamp.toString(), tensors);
      long data = tensors.stream().mapToLong(Tensor::bytes).sum();
      return new SampleFile.Layout(head, head.length + data);
    };
  }

  private static byte[] head(String stamp, List<Tensor> tensors) {
    StringBuilder json = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\",\"sample\":\"");
    json.append(stamp).append("\"}");
    long offset = 0;
    for (Tensor tensor : tensors) {
      json.append(",\"").append(tensor.name()).append("\":{\"dtype\":\"").append(tensor.type());
      json.append("\",\"shape\":[").append(joined(tensor.shape())).append("],\"data_offsets\":[");
      json.append(offset).append(',').append(offset + tensor.bytes()).append("]}");
      offset += tensor.bytes();
    }
    return padded(json.append('}').toString());
  }

  /** Spaces at the header's end are allowed; they put the first tensor at a whole cell. */
  private static byte[] padded(String json) {
    byte[] text = json.getBytes(StandardCharsets.US_ASCII);
    int used = Long.BYTES + text.length;
    int spaces = -used & (Cells.BYTES - 1);
    ByteBuffer head = ByteBuffer.allocate(used + spaces).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(text.length + spaces).put(text);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.array();
  }

  private static String joined(int... shape) {
    StringBuilder joined = new StringBuilder();
    for (int side : shape) {
      joined.append(joined.isEmpty() ? "" : ",").append(side);
    }
    return joined.toString();
  }
}
