import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks (`check`) or rewrites (`apply`) the format of every Java source below the current folder.
 */
final class Format {
  public static void main(String[] arguments) throws Exception {
    boolean isApply = arguments[0].equals("apply");
    Formatter formatter = new Formatter();
    List<Path> different = new ArrayList<>();
    try (var files = Files.walk(Path.of(""))) {
      for (Path file :
          files
              .filter(f -> f.toString().endsWith(".java") && !f.toString().contains("target/"))
              .sorted()
              .toList()) {
        String before = Files.readString(file);
        String ordered = ImportOrderer.reorderImports(before, JavaFormatterOptions.Style.GOOGLE);
        String after = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
        if (after.equals(before)) {
          continue;
        }
        different.add(file);
        if (isApply) {
          Files.writeString(file, after);
        }
      }
    }
    different.forEach(
        file -> System.out.println((isApply ? "formatted " : "not formatted: ") + file));
    if (!isApply && !different.isEmpty()) {
      System.out.println("run: ./mvnw -q -N validate -Dformat=apply");
      System.exit(1);
    }
  }
}
