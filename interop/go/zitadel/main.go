// An application of zitadel/oidc: signs people in, refreshes and revokes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

var port = os.Getenv("PORT")

func relyingParty(ctx context.Context) (rp.RelyingParty, error) {
	// snippet: secret
	cookies := httphelper.NewCookieHandler(
		[]byte("of thirty-two bytes, kept secret"), nil, httphelper.WithUnsecure(),
	)
	return rp.NewRelyingPartyOIDC(
		ctx,
		os.Getenv("ISSUER"),
		os.Getenv("CLIENT_ID"),
		os.Getenv("CLIENT_SECRET"),
		"http://localhost:"+port+"/callback",
		[]string{"openid", "profile", "email"},
		rp.WithCookieHandler(cookies),
		rp.WithPKCE(cookies),
	)
	// end of snippet
}

type tokens = oidc.Tokens[*oidc.IDTokenClaims]

// signedIn refreshes once, revokes what it got, and shows that the refresh token is of no use any more.
func signedIn(w http.ResponseWriter, r *http.Request, got *tokens, _ string, party rp.RelyingParty, info *oidc.UserInfo) {
	ctx := r.Context()
	next, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, got.RefreshToken, "", "")
	if err != nil {
		http.Error(w, "refresh: "+err.Error(), http.StatusBadGateway)
		return
	}
	if err := rp.RevokeToken(ctx, party, next.RefreshToken, "refresh_token"); err != nil {
		http.Error(w, "revocation: "+err.Error(), http.StatusBadGateway)
		return
	}
	if _, err := rp.RefreshTokens[*oidc.IDTokenClaims](ctx, party, next.RefreshToken, "", ""); err == nil {
		http.Error(w, "a revoked refresh token was taken", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"person": info, "access_token": next.AccessToken})
}

func run() error {
	party, err := relyingParty(context.Background())
	if err != nil {
		return err
	}
	state := func() string { return "of-one-person" }
	http.Handle("GET /login", rp.AuthURLHandler(state, party))
	http.Handle("GET /callback", rp.CodeExchangeHandler(rp.UserinfoCallback(signedIn), party))
	fmt.Println("listening on " + port)
	return http.ListenAndServe("localhost:"+port, nil)
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
