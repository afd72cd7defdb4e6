import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node without security, for tests: `OpensearchNode <port> <directory>`. */
final class OpensearchNode extends Node {
  private OpensearchNode(Environment environment) {
    super(environment, List.of(CommonAnalysisPlugin.class, Netty4Plugin.class), true);
  }

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.builder()
        .put("path.home", Path.of(arguments[1]).toAbsolutePath())
        .put("network.host", "127.0.0.1")
        .put("http.port", arguments[0])
        .put("transport.port", "0")
        .put("discovery.type", "single-node")
        .put("transport.type", "netty4")
        .put("http.type", "netty4")
        .build();
    Node node = new OpensearchNode(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "test"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        node.close();
      } catch (Exception failure) {
        failure.printStackTrace();
      }
    }));
    node.start();
    Thread.currentThread().join();
  }
}
