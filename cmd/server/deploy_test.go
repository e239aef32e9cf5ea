package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"meshplan/internal/importer"
)

const deployFolder = "../../deploy"

func deployFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(deployFolder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, deployFolder+"/")] = string(content)
		return err
	})
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d files (%v)", len(files), err)
	}
	return files
}

func TestDeployFilesUseOnlySettingsThatExistWithValuesThatHold(t *testing.T) {
	known := map[string]setting{}
	for _, s := range settings {
		known[s.env()] = s
	}
	name := regexp.MustCompile(`MESHPLAN_[A-Z_]+[A-Z]`)
	// As written in an image recipe, a unit, a manifest's list and a manifest's secret.
	value := regexp.MustCompile(`(MESHPLAN_[A-Z_]+)(?:=|, value: "?|: )([^\s"}]+)`)
	checked := 0
	for file, text := range deployFiles(t) {
		for _, used := range name.FindAllString(text, -1) {
			if _, ok := known[used]; !ok && used != "MESHPLAN_NAME" {
				t.Errorf("%s uses %s, which is no setting", file, used)
			}
		}
		for _, pair := range value.FindAllStringSubmatch(text, -1) {
			if s, ok := known[pair[1]]; ok {
				checked++
				if err := s.set(&config{}, pair[2]); err != nil {
					t.Errorf("%s: %s=%s %v", file, pair[1], pair[2], err)
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d values were found", checked)
	}
}

// container is what the tests read of a manifest's container.
type container struct {
	Ports          []struct{ ContainerPort int }
	LivenessProbe  probe
	ReadinessProbe probe

	SecurityContext struct {
		AllowPrivilegeEscalation, ReadOnlyRootFilesystem *bool
		Capabilities                                     struct{ Drop []string }
	}
}

type probe struct{ HTTPGet struct{ Path string } }

func TestManifestsAskForWhatTheProgramNeedsAndNoMore(t *testing.T) {
	site := startServer(t, filepath.Join(t.TempDir(), "meshplan.db"))
	containers := 0
	for _, file := range []string{"kubernetes/postgres.yaml", "kubernetes/sqlite.yaml"} {
		for _, document := range strings.Split(deployFiles(t)[file], "\n---\n") {
			var object struct {
				Kind string
				Spec struct {
					Template struct {
						Spec struct {
							SecurityContext struct{ RunAsNonRoot bool }
							Containers      []container
						}
					}
				}
			}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil || object.Kind == "" {
				t.Fatalf("%s: %v in %.80q", file, err, document)
			}
			pod := object.Spec.Template.Spec
			for _, c := range pod.Containers {
				containers++
				s := c.SecurityContext
				if !pod.SecurityContext.RunAsNonRoot || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
					s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || strings.Join(s.Capabilities.Drop, "") != "ALL" {
					t.Errorf("%s: the %s is not confined: %+v", file, object.Kind, s)
				}
				for _, p := range []probe{c.LivenessProbe, c.ReadinessProbe} {
					if status, _ := ask("GET", site.url+strings.TrimPrefix(p.HTTPGet.Path, "/"), ""); status != http.StatusOK {
						t.Errorf("%s: the probe %q answers %d", file, p.HTTPGet.Path, status)
					}
				}
				if len(c.Ports) != 1 || c.Ports[0].ContainerPort != 8080 {
					t.Errorf("%s: ports %v", file, c.Ports)
				}
			}
		}
	}
	if containers != 2 {
		t.Errorf("%d containers were checked", containers)
	}
}

// TestOurOwnManifestsHaveTheRequestsThatWePreach has the importer read them.
func TestOurOwnManifestsHaveTheRequestsThatWePreach(t *testing.T) {
	for file, replicas := range map[string]int64{"kubernetes/postgres.yaml": 2, "kubernetes/sqlite.yaml": 1} {
		result, err := importer.Import(strings.NewReader(deployFiles(t)[file]), importer.Options{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(result.Missing) > 0 || len(result.Scenario.Workloads) != 1 {
			t.Fatalf("%s: %+v without requests, %d workloads", file, result.Missing, len(result.Scenario.Workloads))
		}
		// 250m and 256Mi as written in the manifests.
		if w := result.Scenario.Workloads[0]; w.Replicas != replicas || w.PodCPUMillicores != 250 || w.PodMemoryMiB != 256 {
			t.Errorf("%s: %+v", file, w)
		}
	}
}
