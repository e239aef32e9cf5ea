package importer

// skippedGroups lists what was left out by kind and reason, in the order of reading.
type skippedGroups struct {
	groups []skippedGroup
	index  map[[2]string]int
}

type skippedGroup struct {
	kind, reason, why string
	count             int64
	refs              []ref // the first ten
}

func (g *skippedGroups) add(kind, reason, why string, r ref) {
	key := [2]string{kind, reason}
	if g.index == nil {
		g.index = map[[2]string]int{}
	}
	i, known := g.index[key]
	if !known {
		const mostGroups = 500
		if len(g.groups) >= mostGroups {
			key, kind = [2]string{"other", reason}, "other"
			if i, known = g.index[key]; known {
				g.groups[i].count++
				return
			}
		}
		i = len(g.groups)
		g.index[key] = i
		g.groups = append(g.groups, skippedGroup{kind: kind, reason: reason, why: why})
	}
	group := &g.groups[i]
	group.count++
	if len(group.refs) < 10 && r.name != "" {
		group.refs = append(group.refs, r)
	}
}
