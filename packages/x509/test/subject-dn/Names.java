import java.io.FileInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/** Prints the subject of each certificate file in every writing Java has: file, writing and base64 of the text. */
public class Names {
  private static PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] files) throws Exception {
    for (String file : files) {
      X509Certificate certificate;
      try (FileInputStream input = new FileInputStream(file)) {
        certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(input);
      }
      X500Principal subject = certificate.getSubjectX500Principal();
      print(file, "toString", subject.toString());
      for (String form : new String[] {"RFC1779", "RFC2253", "CANONICAL"}) print(file, form, subject.getName(form));
    }
  }

  private static void print(String file, String writing, String text) {
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    out.println(file + " " + writing + " " + encoded);
  }
}
