package main

import (
	"net/http"
	"os"
	"os/exec"
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

// TestSystemdTakesTheUnit has systemd read it, and rate how well it confines the program:
// 0 is best, 10 is not at all.
func TestSystemdTakesTheUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd is not installed: apt-get install systemd")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	unit := deployFiles(t)["meshplan.service"]
	verify := func(text string) string {
		file := filepath.Join(t.TempDir(), "meshplan.service")
		if err := os.WriteFile(file, []byte(strings.Replace(text, "/usr/local/bin/meshplan", path, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		output, err := exec.Command("systemd-analyze", "verify", file).CombinedOutput()
		if err == nil && len(output) == 0 {
			output, err = exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=20", file).CombinedOutput()
			if err == nil {
				return ""
			}
		}
		return strings.TrimSpace(string(output))
	}
	if wrong := verify(unit); wrong != "" {
		t.Error(wrong)
	}
	for _, slip := range [][2]string{{"ProtectHome=yes", "ProtectHomes=yes"}, {"MemoryMax=512M", "MemoryMax=512Q"}} {
		if verify(strings.Replace(unit, slip[0], slip[1], 1)) == "" {
			t.Errorf("%s passed", slip[1])
		}
	}
	confined, install := strings.Index(unit, "UMask="), strings.Index(unit, "[Install]")
	if verify(unit[:confined]+unit[install:]) == "" {
		t.Error("an unconfined unit passed")
	}
}

// TestTheImageHoldsTheProgramAndNoMore reads the recipe as far as one can without building it.
func TestTheImageHoldsTheProgramAndNoMore(t *testing.T) {
	recipe := deployFiles(t)["Containerfile"]
	_, last, ok := strings.Cut(recipe, "\nFROM scratch\n")
	if !ok || strings.Contains(last, "\nFROM ") || strings.Contains(last, "RUN ") {
		t.Fatal("the image is not made from nothing by copying alone")
	}
	for _, want := range []string{"USER 65532:65532", "/LICENCES.txt", "ca-certificates.crt", `ENTRYPOINT ["/meshplan"]`} {
		if !strings.Contains(last, want) {
			t.Errorf("the image lacks %s", want)
		}
	}
	// What the build reads has to pass .dockerignore, which lets nothing through but what it names.
	ignore := deployFiles(t)["Containerfile.dockerignore"]
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", ".")
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range append(strings.Fields(string(output)), filepath.Join(root, "scripts")) {
		relative, err := filepath.Rel(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(relative), "/"); !strings.Contains(ignore, "!"+top+"\n") {
			t.Errorf("the build does not see %s", relative)
		}
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
