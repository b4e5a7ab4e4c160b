package io.blockring.mount.serve;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ladder.ReadScope;
import io.blockring.mount.kernel.Answers;
import io.blockring.mount.kernel.Attributes;
import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.Request;
import io.blockring.mount.tree.Child;
import io.blockring.mount.tree.Inode;
import io.blockring.mount.tree.InodeTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's files as the kernel's requests see them; read-only. Every method may block until the
 * request's deadline, except for those that {@link #isQuick} names. Safe for many threads.
 */
public final class FileSystem {
  /** An inode's attributes never change; how long the kernel believes in a name is what counts. */
  private static final Duration FOR_GOOD = Duration.ofDays(1);

  private final Namespace cluster;
  private final ServeSettings settings;
  private final Answers answers;
  private final InodeTable inodes;
  private final Directories directories;
  private final FileReads reads;
  private final Map<Long, OpenFile> files = new ConcurrentHashMap<>();
  private final Map<Long, OpenDirectory> streams = new ConcurrentHashMap<>();
  private final AtomicLong lastHandle = new AtomicLong();

  private record OpenDirectory(Inode.Directory inode, DirectoryStream names) {}

  public FileSystem(Namespace cluster, ServeSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
    this.answers = new Answers(settings.userId(), settings.groupId());
    this.inodes = new InodeTable(settings.mount(), settings.prefix());
    this.directories = new Directories(cluster, settings.freshness());
    this.reads =
        new FileReads(cluster, new Windows(cluster, settings.memoryBytes()), settings.aheadBytes());
  }

  /** Whether it is answered without asking anyone. */
  static boolean isQuick(Request request) {
    return switch (request) {
      case Request.Lookup _, Request.Open _, Request.Read _, Request.ReadDirectory _ -> false;
      case Request.Init _,
          Request.Forget _,
          Request.GetAttributes _,
          Request.Release _,
          Request.OpenDirectory _,
          Request.ReleaseDirectory _,
          Request.StatFs _,
          Request.Interrupt _,
          Request.Destroy _,
          Request.Change _,
          Request.DeviceControl _,
          Request.ReadLink _,
          Request.LeftToKernel _ ->
          true;
    };
  }

  /**
   * Answers one request.
   *
   * @throws Refusal what it is to be answered with instead
   */
  void handle(Exchange exchange) throws Refusal, IOException {
    switch (exchange.request()) {
      case Request.Lookup asked -> lookUp(asked, exchange);
      case Request.Forget forgotten ->
          forgotten.inodes().forEach(one -> inodes.forget(one.inode(), one.lookups()));
      case Request.GetAttributes asked ->
          exchange.answer(answers.attributes(inode(asked).attributes(), FOR_GOOD));
      case Request.Open asked -> open(asked, exchange);
      case Request.Read asked -> read(asked, exchange);
      case Request.Release asked -> {
        files.remove(asked.handle());
        exchange.answer();
      }
      case Request.OpenDirectory asked -> openDirectory(asked, exchange);
      case Request.ReadDirectory asked -> readDirectory(asked, exchange);
      case Request.ReleaseDirectory asked -> {
        streams.remove(asked.handle());
        exchange.answer();
      }
      case Request.StatFs _ -> exchange.answer(Answers.fileSystem());
      case Request.Destroy _ -> exchange.answer();
      case Request.Change _ -> exchange.refuse(Errno.EROFS);
      case Request.DeviceControl _ -> exchange.refuse(Errno.ENOTTY);
      case Request.ReadLink _ -> exchange.refuse(Errno.EINVAL);
      case Request.Init _, Request.Interrupt _, Request.LeftToKernel _ ->
          exchange.refuse(Errno.ENOSYS);
    }
  }

  private void lookUp(Request.Lookup asked, Exchange exchange) throws Refusal, IOException {
    Inode.Directory parent = directory(asked);
    Child child = directories.find(parent, asked.name(), scope());
    if (child == null) {
      exchange.answer(Answers.noEntry(settings.absence()));
      return;
    }
    Inode inode = inodes.lookUp(parent, child);
    if (!exchange.answer(answers.entry(entry(inode)))) {
      inodes.forget(inode.id(), 1);
    }
  }

  /**
   * Asks which version is current. When it is not the inode's, the kernel is told that the inode is
   * stale: it then looks the name up again by itself and opens what that finds.
   */
  private void open(Request.Open asked, Exchange exchange) throws Refusal, IOException {
    if (!(inode(asked) instanceof Inode.File file)) {
      throw new Refusal(Errno.EISDIR, "a directory is no file");
    }
    ReadScope scope = scope();
    Namespace.Mount mount = directories.mount(file.mount());
    OpenObject current = current(mount, file, scope);
    if (current.version() == null) {
      throw new Refusal(
          Errno.EOPNOTSUPP, "/" + file.mount() + "/" + file.key() + " has no strong identity");
    }
    if (!file.binds(current)) {
      throw stale(file);
    }
    long handle = lastHandle.incrementAndGet();
    files.put(handle, new OpenFile(current));
    if (!exchange.answer(Answers.opened(handle))) {
      files.remove(handle);
    }
  }

  private OpenObject current(Namespace.Mount mount, Inode.File file, ReadScope scope)
      throws Refusal {
    try {
      return Patience.ask(
          scope, () -> cluster.open(mount, file.key(), Namespace.Intent.READ, scope));
    } catch (Refusal e) {
      throw e.errno() == Errno.ENOENT ? stale(file) : e;
    }
  }

  private Refusal stale(Inode.File file) {
    inodes.retire(file);
    directories.forget(file.mount(), file.key());
    return new Refusal(
        Errno.ESTALE, "/" + file.mount() + "/" + file.key() + " was replaced or deleted");
  }

  private void read(Request.Read asked, Exchange exchange) throws Refusal, IOException {
    OpenFile file = files.get(asked.handle());
    if (file == null) {
      throw new Refusal(Errno.EINVAL, "no file has handle " + asked.handle());
    }
    reads.read(file, asked, exchange, scope());
  }

  private void openDirectory(Request.OpenDirectory asked, Exchange exchange)
      throws Refusal, IOException {
    Inode.Directory inode = directory(asked);
    long handle = lastHandle.incrementAndGet();
    streams.put(handle, new OpenDirectory(inode, directories.stream(inode)));
    if (!exchange.answer(Answers.openedDirectory(handle))) {
      streams.remove(handle);
    }
  }

  /** Cookies: 1 after {@code .}, 2 after {@code ..}, then the name's number plus 3. */
  private void readDirectory(Request.ReadDirectory asked, Exchange exchange)
      throws Refusal, IOException {
    OpenDirectory open = streams.get(asked.handle());
    if (open == null) {
      throw new Refusal(Errno.EINVAL, "no directory has handle " + asked.handle());
    }
    ReadScope scope = scope();
    NamesGiven given = new NamesGiven(open.inode(), asked);
    synchronized (open) {
      try {
        given.collect(open.names(), scope);
      } catch (Refusal e) {
        given.takeBack();
        throw e;
      }
    }
    if (!exchange.answer(given.names.bytes())) {
      given.takeBack();
    }
  }

  /** The names of one answer; with inodes, each counts as a look-up. */
  private final class NamesGiven {
    private final Inode.Directory parent;
    private final Request.ReadDirectory asked;
    private final Answers.Names names;
    private final List<Inode> counted = new ArrayList<>();

    NamesGiven(Inode.Directory parent, Request.ReadDirectory asked) {
      this.parent = parent;
      this.asked = asked;
      this.names = answers.new Names(asked);
    }

    void collect(DirectoryStream stream, ReadScope scope) throws Refusal {
      long cookie = asked.offset();
      for (String dots : List.of(".", "..")) {
        if (cookie == dots.length() - 1 && names.hasRoomFor(dots)) {
          names.add(dots, ++cookie, shown(parent.attributes()));
        }
      }
      Child child = cookie < 2 ? null : stream.get(cookie - 2, scope);
      while (child != null && names.hasRoomFor(child.name())) {
        names.add(child.name(), ++cookie, entryOf(child));
        child = stream.get(cookie - 2, scope);
      }
    }

    void takeBack() {
      counted.forEach(inode -> inodes.forget(inode.id(), 1));
    }

    private Attributes.Entry entryOf(Child child) {
      if (!asked.isWithEntries()) {
        return shown(parent.attributesOf(child));
      }
      Inode inode = inodes.lookUp(parent, child);
      counted.add(inode);
      return entry(inode);
    }
  }

  private Attributes.Entry entry(Inode inode) {
    return new Attributes.Entry(inode.id(), inode.attributes(), settings.freshness(), FOR_GOOD);
  }

  private static Attributes.Entry shown(Attributes attributes) {
    return new Attributes.Entry(0, attributes, Duration.ZERO, Duration.ZERO);
  }

  private Inode inode(Request asked) throws Refusal {
    @Nullable Inode inode = inodes.get(asked.header().inode());
    if (inode == null) {
      throw new Refusal(Errno.ESTALE, "no inode has id " + asked.header().inode());
    }
    return inode;
  }

  private Inode.Directory directory(Request asked) throws Refusal {
    if (inode(asked) instanceof Inode.Directory directory) {
      return directory;
    }
    throw new Refusal(Errno.ENOTDIR, "a file is no directory");
  }

  private ReadScope scope() {
    return ReadScope.forReader(settings.deadline().toMillis());
  }
}
