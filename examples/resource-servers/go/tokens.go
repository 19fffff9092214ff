package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// snippet: tokens

// accessTokens checks JWT access tokens (RFC 9068) that are bound to a certificate (RFC 8705).
type accessTokens struct {
	issuer   string
	audience string
	keys     *oidc.RemoteKeySet
	proxy    string // the address of the proxy that ends TLS; empty without one
}

// claims are those that the API looks at. The subject and the client are for its own decisions.
type claims struct {
	Subject  string                     `json:"sub"`
	ClientID string                     `json:"client_id"`
	Scope    string                     `json:"scope"`
	Cnf      map[string]json.RawMessage `json:"cnf"`
}

var (
	errInvalid     = errors.New("invalid_token")
	errUnreachable = errors.New("the keys are out of reach")
)

// require lets a request through whose token has the scope, and answers the others as RFC 6750 §3 has it.
func (t *accessTokens) require(scope string, next func(http.ResponseWriter, *http.Request, claims)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, raw, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if raw == "" || !strings.EqualFold(scheme, "Bearer") {
			refuse(w, http.StatusUnauthorized, `Bearer`)
			return
		}
		token, err := t.check(r.Context(), strings.TrimSpace(raw), t.certificateOf(r))
		switch {
		case errors.Is(err, errUnreachable):
			w.WriteHeader(http.StatusServiceUnavailable)
		case err != nil:
			refuse(w, http.StatusUnauthorized, `Bearer error="invalid_token"`)
		case !slices.Contains(strings.Fields(token.Scope), scope):
			refuse(w, http.StatusForbidden, `Bearer error="insufficient_scope", scope="`+scope+`"`)
		default:
			next(w, r, token)
		}
	})
}

func refuse(w http.ResponseWriter, status int, challenge string) {
	w.Header().Set("WWW-Authenticate", challenge)
	w.WriteHeader(status)
}

// check accepts a token that is authentic, in force, meant for this API and bound to this certificate.
func (t *accessTokens) check(ctx context.Context, raw string, certificate *x509.Certificate) (claims, error) {
	var found claims
	// An ID token is signed by the same keys: only the type tells it apart.
	if typ := strings.ToLower(typeOf(raw)); typ != "at+jwt" && typ != "application/at+jwt" {
		return found, errInvalid
	}
	keys := &reachable{KeySet: t.keys}
	verifier := oidc.NewVerifier(t.issuer, keys, &oidc.Config{
		ClientID:             t.audience, // go-oidc's name for what aud has to hold
		SupportedSigningAlgs: []string{oidc.ES256},
	})
	token, err := verifier.Verify(ctx, raw)
	if keys.unreachable {
		return found, errUnreachable
	}
	if err != nil {
		return found, errInvalid
	}
	if err := token.Claims(&found); err != nil || !boundTo(found.Cnf, certificate) {
		return found, errInvalid
	}
	return found, nil
}

// boundTo tells whether a token is bound to the certificate and to nothing else (RFC 8705 §3.1). A member that is not
// known here, as that of DPoP, is a proof that was not given.
func boundTo(cnf map[string]json.RawMessage, certificate *x509.Certificate) bool {
	var thumbprint string
	if certificate == nil || len(cnf) != 1 || json.Unmarshal(cnf["x5t#S256"], &thumbprint) != nil {
		return false
	}
	sum := sha256.Sum256(certificate.Raw)
	return thumbprint == base64.RawURLEncoding.EncodeToString(sum[:])
}

// typeOf is the typ of a JWT's header.
func typeOf(raw string) string {
	part, _, _ := strings.Cut(raw, ".")
	var header struct {
		Type string `json:"typ"`
	}
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil || json.Unmarshal(decoded, &header) != nil {
		return ""
	}
	return header.Type
}

// reachable remembers that keys could not be fetched: the verifier keeps only the text of an error.
type reachable struct {
	oidc.KeySet
	unreachable bool
}

func (k *reachable) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, raw)
	var network *url.Error
	k.unreachable = errors.As(err, &network)
	return payload, err
}

// end of snippet

// snippet: certificate

// certificateOf is what the caller proved in the TLS handshake: of this connection, or, where a proxy ends TLS, of the
// connection to the proxy, as its header Client-Cert says (RFC 9440). The header counts from the proxy alone, and the
// proxy's own certificate is nobody's.
func (t *accessTokens) certificateOf(r *http.Request) *x509.Certificate {
	if address, _, _ := net.SplitHostPort(r.RemoteAddr); t.proxy != "" && address == t.proxy {
		values := r.Header.Values("Client-Cert")
		if len(values) != 1 {
			return nil
		}
		der, err := base64.StdEncoding.DecodeString(strings.Trim(values[0], ":"))
		if err != nil {
			return nil
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil
		}
		return certificate
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0]
}

// end of snippet
