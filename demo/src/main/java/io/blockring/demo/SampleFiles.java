package io.blockring.demo;

import io.blockring.demo.Safetensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The files that demo, tests and benchmarks read: {@code sd/}, shaped like a Stable Diffusion
 * checkout, and {@code datasets/} with many small files. The same seed and scale give the same
 * bytes everywhere, so any range can be checked without the file. Immutable.
 */
public final class SampleFiles {
  /** About 370 MB in about 2,400 files. */
  public static final double NORMAL = 1.0;

  /** About 20 MB in about 140 files. */
  public static final double SMALL = 0.05;

  private static final int DATASET_FILES = 2_400;
  private static final int CHUNK_BYTES = 1024 * 1024;

  private final long seed;
  private final Map<String, SampleFile> files = new LinkedHashMap<>();

  /**
   * @param scale of the total size, above 0 and at most 100; {@link #NORMAL} is 1
   */
  public SampleFiles(long seed, double scale) {
    if (!(scale > 0 && scale <= 100)) {
      throw new IllegalArgumentException(
          "scale of the sample files is " + scale + ", must be above 0 and at most 100");
    }
    this.seed = seed;
    double side = Math.sqrt(scale);
    addConfigs();
    int textWidth = width(256, side);
    addTensors("unet/diffusion_pytorch_model", StableDiffusion.unet(width(96, side), textWidth));
    addTensors("text_encoder/model", StableDiffusion.textEncoder(textWidth));
    addTensors("vae/diffusion_pytorch_model", StableDiffusion.vae(width(48, side)));
    addTensors("safety_checker/model", StableDiffusion.safetyChecker(width(256, side)));
    addDataset((int) Math.max(20, Math.round(DATASET_FILES * scale)));
  }

  /** All files, {@code sd/} first. */
  public Collection<SampleFile> all() {
    return files.values();
  }

  /** All files whose path starts with the prefix. */
  public List<SampleFile> under(String prefix) {
    return files.values().stream().filter(file -> file.path().startsWith(prefix)).toList();
  }

  /** Of all files together. */
  public long bytes() {
    return files.values().stream().mapToLong(SampleFile::size).sum();
  }

  /** Throws when there is none of this path. */
  public SampleFile file(String path) {
    SampleFile file = files.get(path);
    if (file == null) {
      throw new IllegalArgumentException("there is no sample file '" + path + "'");
    }
    return file;
  }

  /**
   * Checks bytes that somebody returned for a file's first version.
   *
   * @return null when every byte is right; else which is wrong, and whose bytes they are
   */
  public @Nullable String verify(String path, long offset, ByteBuffer bytes) {
    return verify(file(path), offset, bytes);
  }

  /** Like {@link #verify(String, long, ByteBuffer)}, for any version. */
  public @Nullable String verify(SampleFile file, long offset, ByteBuffer bytes) {
    if (offset < 0 || offset > file.size() - bytes.remaining()) {
      return file + " has no bytes " + offset + "+" + bytes.remaining();
    }
    int at = file.firstDifference(offset, bytes);
    if (at < 0) {
      return null;
    }
    return "%s: byte %d is 0x%02x, which is wrong; these are %s"
        .formatted(file, offset + at, bytes.get(bytes.position() + at), owner(file, at, bytes));
  }

  /** Writes every file below a directory that has none of them. */
  public void writeTo(Path directory, LongConsumer onBytes) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    for (SampleFile file : all()) {
      Path path = directory.resolve(file.path());
      Files.createDirectories(path.resolveSibling("."));
      try (FileChannel out =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(file, out, chunk, onBytes);
      }
    }
  }

  private static void write(
      SampleFile file, FileChannel out, ByteBuffer chunk, LongConsumer onBytes) throws IOException {
    for (long at = 0; at < file.size(); at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), file.size() - at));
      file.read(at, chunk);
      chunk.flip();
      while (chunk.hasRemaining()) {
        onBytes.accept(out.write(chunk));
      }
    }
  }

  /** Whose the bytes at a difference are, also when they are shifted: what a mix-up looks like. */
  private String owner(SampleFile file, int at, ByteBuffer bytes) {
    ByteBuffer wrong = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int last = Math.min(at + Long.BYTES, wrong.limit() - Long.BYTES + 1);
    for (int version = 1; version <= file.version() + 1; version++) {
      for (SampleFile candidate : files.values()) {
        SampleFile other = version == 1 ? candidate : candidate.withVersion(version);
        for (int word = at; word < last; word++) {
          Long home = other.offsetOf(wrong.getLong(word));
          if (home != null) {
            return "the bytes at " + (home - word + at) + " of " + other;
          }
        }
      }
    }
    return "bytes of no sample file";
  }

  private static int width(int normal, double side) {
    return Math.max(1, (int) Math.round(normal * side / 8)) * 8;
  }

  private void add(String path, SampleFile.Recipe recipe) {
    files.put(path, new SampleFile(new SampleFile.Stamp(path, seed, 1), recipe));
  }

  private void addTensors(String name, List<Tensor> tensors) {
    add("sd/" + name + ".safetensors", Safetensors.recipe(tensors));
  }

  private void addConfigs() {
    SampleConfigs.all().forEach((path, recipe) -> add("sd/" + path, recipe));
  }

  private void addDataset(int count) {
    RandomGenerator sizes = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (SampleFile file : dataset(count, sizes)) {
      files.put(file.path(), file);
    }
  }

  private List<SampleFile> dataset(int count, RandomGenerator sizes) {
    List<SampleFile> dataset = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String path = "datasets/shard-%02d/sample-%05d.bin".formatted(i / 100, i);
      dataset.add(SampleFile.ofBytes(path, sizes.nextInt(1024, 64 * 1024 + 1), seed));
    }
    return dataset;
  }
}
