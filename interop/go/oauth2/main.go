// What a Go program with golang.org/x/oauth2 and coreos/go-oidc does: client credentials, or an application into which
// people sign in.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var (
	issuer       = os.Getenv("ISSUER")
	clientID     = os.Getenv("CLIENT_ID")
	clientSecret = os.Getenv("CLIENT_SECRET")
	port         = os.Getenv("PORT")
)

// snippet: mutual-tls
// withCertificate makes every request of x/oauth2 and go-oidc that is given the context present a certificate.
func withCertificate(ctx context.Context, certificateFile, keyFile string) (context.Context, error) {
	certificate, err := tls.LoadX509KeyPair(certificateFile, keyFile)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	return oidc.ClientContext(ctx, client), nil
}

// end of snippet

// style is where the secret goes; untold, x/oauth2 tries the header first and then the body.
func style() oauth2.AuthStyle {
	switch os.Getenv("STYLE") {
	case "header":
		return oauth2.AuthStyleInHeader
	case "body":
		return oauth2.AuthStyleInParams
	default:
		return oauth2.AuthStyleAutoDetect
	}
}

func clientCredentials(ctx context.Context, provider *oidc.Provider) error {
	// snippet: client-credentials
	config := clientcredentials.Config{
		ClientID:     clientID,
		ClientSecret: clientSecret, // left out with a certificate
		TokenURL:     provider.Endpoint().TokenURL,
		AuthStyle:    style(),
	}
	token, err := config.Token(ctx)
	// end of snippet
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]string{"access_token": token.AccessToken})
}

func application(ctx context.Context, provider *oidc.Provider) error {
	// snippet: code
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = style()
	config := oauth2.Config{
		ClientID:     clientID,
		ClientSecret: clientSecret, // left out with a certificate
		Endpoint:     endpoint,
		RedirectURL:  "http://localhost:" + port + "/callback",
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: clientID})
	// end of snippet
	if os.Getenv("VERIFIER") == "plain" {
		// Knows no discovery: what the standard says without it, RS256.
		keys := oidc.NewRemoteKeySet(ctx, issuer+"/oauth2/jwks")
		verifier = oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: clientID})
	}
	const state = "of-one-person"
	codeVerifier := oauth2.GenerateVerifier()
	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		url := config.AuthCodeURL(state, oauth2.S256ChallengeOption(codeVerifier))
		http.Redirect(w, r, url, http.StatusFound)
	})
	http.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		answer, err := callback(ctx, config, verifier, provider, r.URL.Query().Get("code"), codeVerifier)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
	fmt.Println("listening on " + port)
	return http.ListenAndServe("localhost:"+port, nil)
}

func callback(
	ctx context.Context,
	config oauth2.Config,
	verifier *oidc.IDTokenVerifier,
	provider *oidc.Provider,
	code, codeVerifier string,
) (map[string]any, error) {
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(codeVerifier))
	if err != nil {
		return nil, err
	}
	raw, _ := token.Extra("id_token").(string)
	if _, err := verifier.Verify(ctx, raw); err != nil {
		return nil, err
	}
	info, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
	if err != nil {
		return nil, err
	}
	var person map[string]any
	if err := info.Claims(&person); err != nil {
		return nil, err
	}
	return map[string]any{"person": person, "access_token": token.AccessToken, "id_token": raw}, nil
}

func run() error {
	ctx := context.Background()
	if file := os.Getenv("CERTIFICATE"); file != "" {
		var err error
		if ctx, err = withCertificate(ctx, file, os.Getenv("KEY")); err != nil {
			return err
		}
	}
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return err
	}
	if os.Getenv("FLOW") == "client_credentials" {
		return clientCredentials(ctx, provider)
	}
	return application(ctx, provider)
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
