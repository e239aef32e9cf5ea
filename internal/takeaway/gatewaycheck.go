package takeaway

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"meshplan/internal/advice"
	"meshplan/internal/facts"
)

// CheckHosts is the id of the check that each server has, the first of its own.
const CheckHosts = "hosts"

// GatewayCheck is one of the field report's four ways to break a Gateway, for one server
// of a pasted one. What a manifest cannot show comes as the command that does.
type GatewayCheck struct {
	ID      string `json:"id"` // secret_namespace, secret_access, hosts, certificate_chain
	Gateway string `json:"gateway"`
	Hosts   string `json:"hosts"` // of the server or listener, with commas between
	Title   string `json:"title"`
	State   string `json:"state"` // pass, fail, unknown
	Detail  string `json:"detail"`
	Command string `json:"command"`
	FactID  string `json:"fact_id"`
	Source  string `json:"source"`
}

// listener is a server of a Gateway of Istio, or a listener of one of the Gateway API.
type listener struct {
	hosts  []string
	secret string // "" without TLS
	named  string // namespace that the reference names, Gateway API only
}

// CheckGateways runs the four checks on every Gateway in the manifests. Secrets are only
// looked at by name, kind and the names of their keys. The error is an *model.InputError.
func CheckGateways(m advice.Manifests) ([]GatewayCheck, error) {
	checks := []GatewayCheck{}
	for _, o := range m.Of("Gateway") {
		listeners, selector, err := listenersOf(o)
		if err != nil {
			return nil, err
		}
		routes, err := routesOf(m, o)
		if err != nil {
			return nil, err
		}
		api := strings.HasPrefix(o.APIVersion, "gateway.networking.k8s.io/")
		for _, l := range listeners {
			from := len(checks)
			checks = append(checks, checkListener(m, o, l, matched(l, listeners, routes), selector, api)...)
			for i := range checks[from:] {
				checks[from+i].Hosts = strings.Join(l.hosts, ", ")
			}
		}
	}
	for i := range checks {
		checks[i].FactID = "report_gateway_breaks"
		checks[i].Source = facts.Must("report_gateway_breaks").Source
	}
	return checks, nil
}

func listenersOf(o advice.Object) (list []listener, selector map[string]string, err error) {
	var spec struct {
		Selector map[string]string `json:"selector"`
		Servers  []struct {
			Hosts []string `json:"hosts"`
			TLS   struct {
				CredentialName string `json:"credentialName"`
			} `json:"tls"`
		} `json:"servers"`
		Listeners []struct {
			Hostname string `json:"hostname"`
			TLS      struct {
				CertificateRefs []struct {
					Name      string `json:"name"`
					Namespace string `json:"namespace"`
				} `json:"certificateRefs"`
			} `json:"tls"`
		} `json:"listeners"`
	}
	err = o.ReadSpec(&spec)
	for _, s := range spec.Servers {
		list = append(list, listener{hosts: s.Hosts, secret: s.TLS.CredentialName})
	}
	for _, l := range spec.Listeners {
		one := listener{hosts: []string{l.Hostname}}
		if len(l.TLS.CertificateRefs) > 0 {
			one.secret, one.named = l.TLS.CertificateRefs[0].Name, l.TLS.CertificateRefs[0].Namespace
		}
		list = append(list, one)
	}
	return list, spec.Selector, err
}

func checkListener(m advice.Manifests, gateway advice.Object, l listener, found match, selector map[string]string, api bool) []GatewayCheck {
	name := gateway.Name()
	host := "HOST"
	if len(l.hosts) > 0 && hostForm(l.hosts[0]) {
		host = strings.TrimPrefix(l.hosts[0], "*.")
	}
	checks := []GatewayCheck{hostsCheck(name, l, found, host)}
	if l.secret == "" {
		return checks
	}
	namespace, known := secretNamespace(m, gateway, l, selector, api)
	secret, place := safeName(l.secret), "GATEWAY-NAMESPACE"
	if known && objectName.MatchString(namespace) {
		place = namespace
	}
	return append(checks,
		secretCheck(m, name, l, namespace, known, fmt.Sprintf("kubectl -n %s get secret %s -o jsonpath='{.type}'", place, secret)),
		GatewayCheck{
			ID: "secret_access", Gateway: name, Title: "The gateway's pods may read the secret", State: advice.Unknown,
			Detail:  "Roles at work are not in a manifest",
			Command: fmt.Sprintf("kubectl auth can-i get secret/%s -n %s --as=system:serviceaccount:%s:SERVICE-ACCOUNT-OF-THE-GATEWAY", secret, place, place),
		},
		GatewayCheck{
			ID: "certificate_chain", Gateway: name, Title: "The certificate chain is complete", State: advice.Unknown,
			Detail:  "Only what is served shows it: there have to be two certificates or more, and the verification has to say 0 (ok). Do not paste private keys here",
			Command: fmt.Sprintf("openssl s_client -connect %s:443 -servername %s -showcerts </dev/null | grep -E 'BEGIN CERT|Verify return'", host, host),
		})
}

// secretNamespace is where the secret has to be: with the pods of the gateway for Istio's
// own kind, with the Gateway object for that of the Gateway API.
func secretNamespace(m advice.Manifests, gateway advice.Object, l listener, selector map[string]string, api bool) (string, bool) {
	if api {
		if l.named != "" {
			return l.named, true
		}
		return gateway.Metadata.Namespace, gateway.Metadata.Namespace != ""
	}
	for _, o := range m.Of("Deployment") {
		var spec struct {
			Template struct {
				Metadata struct {
					Labels map[string]string `json:"labels"`
				} `json:"metadata"`
			} `json:"template"`
		}
		if o.ReadSpec(&spec) != nil || len(selector) == 0 || o.Metadata.Namespace == "" {
			continue
		}
		matches := true
		for key, want := range selector {
			matches = matches && spec.Template.Metadata.Labels[key] == want
		}
		if matches {
			return o.Metadata.Namespace, true
		}
	}
	return "", false
}

func secretCheck(m advice.Manifests, gateway string, l listener, namespace string, known bool, command string) GatewayCheck {
	c := GatewayCheck{ID: "secret_namespace", Gateway: gateway, Title: "The TLS secret is in the namespace of the gateway's pods", State: advice.Unknown, Command: command}
	var places []string
	var found *advice.Object
	for _, o := range m.Of("Secret") {
		if o.Metadata.Name != l.secret {
			continue
		}
		places = append(places, o.Metadata.Namespace)
		if o.Metadata.Namespace == namespace {
			found = &o
		}
	}
	switch {
	case !known:
		c.Detail = "The manifests hold no Deployment with the labels of the selector, so where its pods run is not known; with the usual installation it is istio-system"
	case found != nil && found.Type != "" && found.Type != "kubernetes.io/tls" && found.Type != "Opaque":
		c.State, c.Detail = advice.Fail, fmt.Sprintf("the secret %s is of type %s", l.secret, found.Type)
	case found != nil:
		c.State, c.Detail = advice.Pass, fmt.Sprintf("the secret %s is in %s", l.secret, namespace)
	case len(places) > 0:
		c.State, c.Detail = advice.Fail, fmt.Sprintf("the secret %s is in %s, the gateway looks in %s", l.secret, strings.Join(places, " and "), namespace)
	default:
		c.Detail = fmt.Sprintf("the manifests hold no secret %s; it has to be in %s", l.secret, namespace)
	}
	return c
}

// match is what the routes of a gateway have of one listener's hosts.
type match struct {
	hosts  int      // hosts of routes that the listener covers
	missed []string // those that no listener of the gateway covers
}

func matched(l listener, all []listener, routes []route) match {
	var found match
	for _, r := range routes {
		covered := func(l listener) bool {
			return r.host == "" || slices.ContainsFunc(l.hosts, func(pattern string) bool { return covers(pattern, r.host) })
		}
		if covered(l) {
			found.hosts++
		} else if !slices.ContainsFunc(all, covered) {
			found.missed = append(found.missed, r.host+" of "+r.of)
		}
	}
	return found
}

// hostsCheck compares the hosts of VirtualServices and HTTPRoutes that name the gateway
// with its own.
func hostsCheck(gateway string, l listener, found match, host string) GatewayCheck {
	c := GatewayCheck{
		ID: CheckHosts, Gateway: gateway, Title: "DNS and routes match the hosts exactly", State: advice.Unknown,
		Detail: "No route in the manifests names these hosts", Command: "dig +short " + host + "   # the address of the Service in front: kubectl get service -A | grep LoadBalancer",
	}
	switch {
	case len(found.missed) > 0:
		c.State, c.Detail = advice.Fail, fmt.Sprintf("%s covers none of: %s", strings.Join(l.hosts, ", "), strings.Join(found.missed, ", "))
	case found.hosts > 0:
		c.State, c.Detail = advice.Pass, fmt.Sprintf("%d hosts of routes are covered; that DNS points to the gateway only a query shows", found.hosts)
	}
	return c
}

// route is a host of a VirtualService or HTTPRoute; "" takes every host of the gateway.
type route struct{ host, of string }

// routesOf are the hosts of the routes that name a gateway.
func routesOf(m advice.Manifests, gateway advice.Object) ([]route, error) {
	var list []route
	for _, o := range append(m.Of("VirtualService"), m.Of("HTTPRoute")...) {
		var spec struct {
			Hosts      []string `json:"hosts"`
			Hostnames  []string `json:"hostnames"`
			Gateways   []string `json:"gateways"`
			ParentRefs []struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"parentRefs"`
		}
		if err := o.ReadSpec(&spec); err != nil {
			return nil, err
		}
		bound := false
		for _, name := range spec.Gateways {
			if !strings.Contains(name, "/") && o.Metadata.Namespace != "" {
				name = o.Metadata.Namespace + "/" + name
			}
			bound = bound || name == gateway.Name()
		}
		for _, ref := range spec.ParentRefs {
			namespace := cmp.Or(ref.Namespace, o.Metadata.Namespace)
			bound = bound || ref.Name == gateway.Metadata.Name && namespace == gateway.Metadata.Namespace
		}
		if !bound {
			continue
		}
		hosts := append(spec.Hosts, spec.Hostnames...)
		if len(hosts) == 0 && o.Kind == "HTTPRoute" {
			hosts = []string{""}
		}
		for _, host := range hosts {
			list = append(list, route{host, o.Name()})
		}
	}
	return list, nil
}

// covers says whether a gateway's host lets a route's host in. Istio allows a namespace
// before the host; a wildcard stands for one name or more on the left.
func covers(pattern, host string) bool {
	if _, after, cut := strings.Cut(pattern, "/"); cut {
		pattern = after
	}
	if pattern == "*" || pattern == "" || pattern == host {
		return true
	}
	suffix, wild := strings.CutPrefix(pattern, "*")
	return wild && strings.HasPrefix(suffix, ".") && strings.HasSuffix(host, suffix) && len(host) > len(suffix)
}

func safeName(name string) string {
	if objectName.MatchString(name) {
		return name
	}
	return "SECRET"
}

// hostForm keeps anything but a host name out of commands.
func hostForm(host string) bool {
	host = strings.TrimPrefix(host, "*.")
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-')
	}) && !strings.HasPrefix(host, "-")
}
