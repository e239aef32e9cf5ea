package web

import (
	"context"
	"net/http"
	"net/netip"
	"unicode"
	"unicode/utf8"

	"meshplan/internal/model"
)

type userKey struct{}

// userOf is the user that a trusted proxy named with the request, "" for nobody.
func userOf(ctx context.Context) string {
	name, _ := ctx.Value(userKey{}).(string)
	return name
}

const maxUserCharacters = 253

// signOn takes the user from the header that a proxy in front sets once it has signed
// them on. From anybody but a trusted proxy the header is ignored: anyone can send one.
// A proxy that names two users, or one that no database could hold, is refused, since
// guessing would show one user's list to another.
func (s *server) signOn(next http.Handler) http.Handler {
	if s.config.UserHeader == "" || len(s.config.TrustedProxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		names := r.Header.Values(s.config.UserHeader)
		if len(names) == 0 || !fromProxy(r, s.config.TrustedProxies) || (len(names) == 1 && names[0] == "") {
			next.ServeHTTP(w, r)
			return
		}
		if len(names) > 1 || !isUserName(names[0]) {
			s.fail(w, r, badUser(s.config.UserHeader))
			return
		}
		w.Header().Add("Vary", s.config.UserHeader)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, names[0])))
	})
}

func isUserName(name string) bool {
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxUserCharacters {
		return false
	}
	for _, c := range name {
		if unicode.IsControl(c) {
			return false
		}
	}
	return true
}

func badUser(header string) error {
	return &model.InputError{Fields: []model.FieldError{{
		Field: header, Rule: "format", Message: "the header does not name one user",
		Fix: "Let the proxy in front send it once, with at most 253 characters and no control characters",
	}}}
}

// fromProxy reports whether the connection itself, whatever any header says, comes from a
// trusted proxy.
func fromProxy(r *http.Request, trusted []netip.Prefix) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	for _, prefix := range trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}
