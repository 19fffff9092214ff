// An API that takes certificate-bound access tokens and no others.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// snippet: main
func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	var metadata struct {
		KeysAt string `json:"jwks_uri"`
	}
	if err := provider.Claims(&metadata); err != nil {
		log.Fatal(err)
	}
	tokens := &accessTokens{
		issuer:   os.Getenv("ISSUER"),
		audience: os.Getenv("AUDIENCE"),
		keys:     oidc.NewRemoteKeySet(ctx, metadata.KeysAt),
		proxy:    os.Getenv("PROXY"),
	}

	mux := http.NewServeMux()
	mux.Handle("GET /orders", tokens.require("orders.read", orders))
	mux.Handle("POST /orders", tokens.require("orders.write", orders))

	server := &http.Server{
		Addr:              "localhost:" + os.Getenv("PORT"),
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		// Every certificate comes in, a self-signed one as well: the token says which is the right one.
		TLSConfig: &tls.Config{ClientAuth: tls.RequestClientCert},
	}
	log.Print("listening on ", server.Addr)
	log.Fatal(server.ListenAndServeTLS(os.Getenv("API_CERTIFICATE"), os.Getenv("API_KEY")))
}

// end of snippet

func orders(w http.ResponseWriter, _ *http.Request, token claims) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"client_id": token.ClientID, "sub": token.Subject})
}
