package importer

// fillMissing finds the containers of a row that lack a request and puts in what the
// options choose. The shape is changed in place: it belongs to this row alone.
func (b *builder) fillMissing(w *row) {
	p := w.shape
	for i := range p.containers {
		c := &p.containers[i]
		if c.proxyOf != "" {
			continue
		}
		m := Missing{
			Row: len(b.result.Scenario.Workloads), Namespace: b.names.namespace(w.ref.namespace), Workload: b.names.workload(w.ref),
			Container: b.names.container(c.name), Init: c.role == roleInit,
			CPU: !c.spec.hasCPU && !p.podLevel.hasCPU, Memory: !c.spec.hasMemory && !p.podLevel.hasMemory,
			StandIn: MissingZero,
		}
		if !m.CPU && !m.Memory {
			continue
		}
		if !m.Init {
			b.standIn(w, c, &m)
		}
		b.result.Missing = append(b.result.Missing, m)
	}
}

// standIn chooses what counts for a container without a request.
func (b *builder) standIn(w *row, c *podContainer, m *Missing) {
	var chosen amount
	highest, measured := b.usage.highest(w.ref, c.name)
	if measured {
		m.UsageCPUMillicores, m.UsageMemoryMiB = new(highest.millicores()), new(highest.mib())
	}
	switch b.options.MissingRequests {
	case MissingDefault:
		chosen = amount{b.options.DefaultCPUMillicores * nanoPerMilli, b.options.DefaultMemoryMiB * bytesPerMiB}
		m.StandIn = MissingDefault
	case MissingUsage:
		if !measured {
			return
		}
		chosen, m.StandIn = highest, MissingUsage
	default:
		return
	}
	if m.CPU {
		c.spec.nanocores, m.CPUMillicores = chosen.nanocores, chosen.millicores()
	}
	if m.Memory {
		c.spec.bytes, m.MemoryMiB = chosen.bytes, chosen.mib()
	}
}
