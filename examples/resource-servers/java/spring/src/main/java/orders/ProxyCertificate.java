package orders;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

// snippet: proxy
/**
 * Where a proxy ends TLS: the caller's certificate is what its header Client-Cert says (RFC 9440). The header counts from
 * the proxy's own address alone, and the proxy's own certificate is nobody's.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProxyCertificate extends OncePerRequestFilter {
  private final String proxy;

  ProxyCertificate(@Value("${orders.proxy}") String proxy) {
    this.proxy = proxy;
  }

  @Override
  protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getRemoteAddr().equals(proxy)) {
      List<String> said = Collections.list(request.getHeaders("Client-Cert"));
      request.setAttribute("jakarta.servlet.request.X509Certificate", certificates(said));
    }
    chain.doFilter(request, response);
  }

  private static X509Certificate[] certificates(List<String> said) {
    if (said.size() != 1) return new X509Certificate[0];
    try {
      byte[] der = Base64.getDecoder().decode(said.get(0).replaceAll("^:|:$", ""));
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return new X509Certificate[] {(X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der))};
    } catch (CertificateException | IllegalArgumentException unreadable) {
      return new X509Certificate[0];
    }
  }
}
// end of snippet
