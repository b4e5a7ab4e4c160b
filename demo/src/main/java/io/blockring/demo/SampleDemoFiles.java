package io.blockring.demo;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo's own samples, proved by what they say of themselves. */
record SampleDemoFiles(SampleFiles samples) implements DemoFiles {

  @Override
  public List<Entry> entries() {
    return samples.all().stream().map(file -> new Entry(file.path(), file.size())).toList();
  }

  @Override
  public @Nullable String problem(Entry entry, long offset, ByteBuffer bytes) {
    return samples.verify(entry.key(), offset, bytes);
  }
}
