package takeaway

import (
	"fmt"
	"strings"

	"meshplan/internal/model"
)

// removal is the runbook of going back, with what returns.
func removal(w *writer) string {
	base := &w.Plan.Results[0]
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Removing the mesh (%s)\n", w.result.Title)
	line("From the plan of %s. Try it on staging before it is needed.\n", w.Plan.AsOf)
	line("## What returns\n")
	line("| | with the mesh | without | returns |\n|---|---:|---:|---:|")
	line("| nodes | %d | %d | %d |", w.result.Nodes, base.Nodes, w.result.Nodes-base.Nodes)
	line("| dollars a month | %.2f | %.2f | %.2f |", w.result.MonthlyCostUSD, base.MonthlyCostUSD, w.result.MonthlyCostUSD-base.MonthlyCostUSD)
	line("| CPU requested | %dm | %dm | %dm |", w.result.CPURequestedMillicores, base.CPURequestedMillicores, w.result.CPURequestedMillicores-base.CPURequestedMillicores)
	line("| memory requested | %d MiB | %d MiB | %d MiB |\n", w.result.MemoryRequestedMiB, base.MemoryRequestedMiB, w.result.MemoryRequestedMiB-base.MemoryRequestedMiB)
	line("Nodes and money return when the autoscaler, or somebody, takes the empty nodes away. Before that nothing is saved.\n")
	line("## What is lost\n")
	for _, lost := range losses(w.Pattern) {
		line("- %s", lost)
	}
	line("\n## Steps\n")
	for i, step := range removalSteps(w.Pattern) {
		line("%d. %s\n", i+1, step.text)
		if len(step.commands) > 0 {
			line("   ```sh\n   %s\n   ```\n", strings.Join(step.commands, "\n   "))
		}
	}
	if w.Rollout != nil && len(w.Rollout.Waves) > 1 {
		line("Take the waves back in reverse order; the last to join were:\n")
		waves := w.Rollout.Waves
		for i := len(waves) - 1; i >= max(0, len(waves)-5); i-- {
			line("- wave %d: %s (%d pods)", waves[i].Number, escapeMarkdown(strings.Join(first(waves[i].Units, 5), ", ")), waves[i].Pods)
		}
	}
	return b.String()
}

func first(list []string, n int) []string { return list[:min(len(list), n)] }

func losses(pattern string) []string {
	list := []string{}
	if pattern != model.PatternGateway {
		list = append(list, "Encryption between services: where a mandate asks for it, something else has to be in place first")
	}
	if pattern != model.PatternAmbient {
		list = append(list, "Traffic splits, retries and time-outs that VirtualServices, HTTPRoutes or ServiceProfiles hold",
			"Request metrics, and dashboards and alerts that rest on them")
	}
	return append(list, "Authorization policies: what they denied is allowed again")
}

type removalStep struct {
	text     string
	commands []string
}

func removalSteps(pattern string) []removalStep {
	save := removalStep{"Save what is configured.", []string{"kubectl get virtualservices,destinationrules,gateways.networking.istio.io,peerauthentications,authorizationpolicies -A -o yaml > mesh-backup.yaml"}}
	relax := removalStep{"Let plain text through, so that pods with and without the mesh can talk.", []string{"kubectl delete peerauthentication --all -A", "kubectl apply -f peer-authentication-permissive.yaml"}}
	uninstall := removalStep{"Uninstall the control plane when no proxy is left.", []string{"istioctl proxy-status   # has to be empty", "istioctl uninstall --purge", "kubectl delete namespace istio-system"}}
	leftovers := removalStep{"Remove what stays behind: definitions, webhooks, and labels and annotations in your own manifests.", []string{
		"kubectl get crd -o name | grep -E 'istio.io' | xargs -r kubectl delete", "kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations | grep istio"}}
	check := removalStep{"Check that traffic flows and that nodes go.", []string{"kubectl get pods -A | grep -v -E 'Running|Completed'", "kubectl top nodes"}}
	switch pattern {
	case model.PatternSidecar:
		return []removalStep{save, relax,
			{"Stop injection, namespace by namespace.", []string{"kubectl label namespace NAMESPACE istio-injection-"}},
			{"Restart the pods, which drops their sidecars.", []string{"kubectl -n NAMESPACE rollout restart deploy", "kubectl -n NAMESPACE rollout restart statefulset"}},
			uninstall, leftovers, check}
	case model.PatternAmbient, model.PatternAmbientL7:
		steps := []removalStep{save, relax}
		if pattern == model.PatternAmbientL7 {
			steps = append(steps, removalStep{"Remove the waypoints.", []string{"istioctl waypoint delete --all -n NAMESPACE"}})
		}
		return append(steps,
			removalStep{"Take the namespaces out; no pod restarts.", []string{"kubectl label namespace NAMESPACE istio.io/dataplane-mode-"}},
			uninstall, leftovers, check)
	case model.PatternLinkerd:
		return []removalStep{
			{"Save what is configured.", []string{"kubectl get httproutes,serviceprofiles,servers,authorizationpolicies -A -o yaml > mesh-backup.yaml"}},
			{"Stop injection and restart the pods, namespace by namespace.", []string{"kubectl annotate namespace NAMESPACE linkerd.io/inject-", "kubectl -n NAMESPACE rollout restart deploy", "kubectl -n NAMESPACE rollout restart statefulset"}},
			{"Uninstall when no proxy is left.", []string{"linkerd viz uninstall | kubectl delete -f -", "linkerd uninstall | kubectl delete -f -"}},
			check}
	}
	return []removalStep{save, {"Move the hosts to another ingress by DNS, the least used first.", nil}, uninstall, leftovers, check}
}
