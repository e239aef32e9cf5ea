package templates

import (
	"maps"
	"net/url"
	"slices"

	"meshplan/internal/advice"
	"meshplan/internal/model"
	"meshplan/internal/takeaway"
)

// Checks is the page that answers the checklist from manifests.
type Checks struct {
	Text     string // as pasted
	File     string // name of the file that was read, "" for none
	Wrong    []model.FieldError
	Kinds    []advice.KindCount // empty before something was read
	Before   []advice.Check
	Gateways []takeaway.GatewayCheck
	Address  string     // of the planner with the scenario; "" when too long
	Fields   url.Values // inputs of the scenario, which the form carries on
}

func (c Checks) names() []string { return slices.Sorted(maps.Keys(c.Fields)) }

// listenerChecks are the checks of one server of a Gateway.
type listenerChecks struct {
	gateway, hosts string
	checks         []takeaway.GatewayCheck
}

// listeners divides the checks by server: each begins with its hosts.
func (c Checks) listeners() []listenerChecks {
	var list []listenerChecks
	for _, check := range c.Gateways {
		if check.ID == takeaway.CheckHosts {
			list = append(list, listenerChecks{gateway: check.Gateway, hosts: check.Hosts})
		}
		last := &list[len(list)-1]
		last.checks = append(last.checks, check)
	}
	return list
}

// failing counts what is not in order.
func (c Checks) failing() int64 {
	n := int64(0)
	for _, check := range c.Before {
		if check.State == advice.Fail {
			n++
		}
	}
	for _, check := range c.Gateways {
		if check.State == advice.Fail {
			n++
		}
	}
	return n
}

// ignored are the kinds that no check looks at.
func (c Checks) ignored() []string {
	var list []string
	for _, k := range c.Kinds {
		if !k.LookedAt {
			list = append(list, Whole(int64(k.Count))+" "+k.Kind)
		}
	}
	return list
}

func (c Checks) looked() []string {
	var list []string
	for _, k := range c.Kinds {
		if k.LookedAt {
			list = append(list, Whole(int64(k.Count))+" "+k.Kind)
		}
	}
	return list
}
