package decks;

import software.amazon.awscdk.App;

/** The app: one stack. */
public final class DecksApp {
  private DecksApp() {}

  public static void main(final String[] args) {
    final App app = new App();
    new DecksStack(app, "Decks");
    app.synth();
  }
}
