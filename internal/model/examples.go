package model

// Example is a scenario to start from.
type Example struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Summary   string   `json:"summary"`
	Synthetic bool     `json:"synthetic"` // made up; the others are real applications
	Source    string   `json:"source,omitempty"`
	Scenario  Scenario `json:"scenario"`
}

// Examples lists the built-in scenarios, the first page's first.
func Examples() []Example {
	return []Example{onlineBoutique(), sixtyServices()}
}

// onlineBoutique has the requests of the release manifests of
// github.com/GoogleCloudPlatform/microservices-demo at 34ffea917 (2026-08-11, Apache-2.0).
// On m6i.large its growth shows.
func onlineBoutique() Example {
	row := func(name string, cpu, memory int64) Workload {
		return Workload{Namespace: "default", Name: name, Kind: "Deployment", Replicas: 1, PodCPUMillicores: cpu, PodMemoryMiB: memory}
	}
	nodeType := "m6i.large"
	return Example{
		ID: "online-boutique", Title: "Online Boutique", Summary: "12 workloads of Google's demo shop, one replica each, on m6i.large",
		Source: "https://github.com/GoogleCloudPlatform/microservices-demo",
		Scenario: Scenario{
			Title: "Online Boutique",
			Nodes: Nodes{NodeType: &nodeType},
			Workloads: []Workload{
				row("frontend", 100, 64), row("adservice", 200, 180), row("currencyservice", 100, 64),
				row("cartservice", 200, 64), row("redis-cart", 70, 200), row("loadgenerator", 300, 256),
				row("recommendationservice", 100, 220), row("checkoutservice", 100, 64), row("emailservice", 100, 64),
				row("paymentservice", 100, 64), row("shippingservice", 100, 64), row("productcatalogservice", 100, 64),
			},
		},
	}
}

func sixtyServices() Example {
	services, pods, cpu, memory := int64(exampleServices), int64(examplePodsPerService), int64(examplePodCPU), int64(examplePodMemory)
	rps := float64(exampleRPSPerPod)
	return Example{
		ID: "sixty-services", Title: "60 services", Synthetic: true,
		Summary: "60 services of 3 pods, 250m and 512 MiB each: made up, to play with",
		Scenario: Scenario{
			Title: "60 services (synthetic)",
			Quick: Quick{Services: &services, PodsPerService: &pods, PodCPUMillicores: &cpu, PodMemoryMiB: &memory, RPSPerPod: &rps},
		},
	}
}
