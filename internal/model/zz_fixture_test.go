package model_test
import ("testing";"os";"meshplan/internal/model")
func TestZZWrite(t *testing.T){
 w:=func(n string,s model.Scenario){ os.WriteFile("testdata/documents/"+n, append(model.EncodeJSON(s),'\n'),0o644)}
 for _,e:=range model.Examples(){ w("v1-"+e.ID+".json", e.Scenario)}
 s,err:=model.DecodeJSON([]byte(`{"version":1,"title":"Käse & <b>Brot</b> = 1","quick":{"meshed_share":0.5},"workloads":[{"namespace":"shop","name":"cart","kind":"Deployment","services":2,"replicas":3,"pod_cpu_m":200,"pod_memory_mib":256,"init_cpu_m":300,"init_memory_mib":64,"rps_per_pod":12.5,"in_mesh":true,"max_per_node":2},{"name":"agent","kind":"DaemonSet","replicas":0,"pod_cpu_m":50,"pod_memory_mib":64}],"nodes":{"provider":"gcp","region":"us-central1","node_type":"n2-standard-8","headroom":0.1,"zones":3,"survive":"node","discount":0.2},"mesh":{"preset":"field-report-2025-09","proxy_cpu_m":100,"native_sidecars":true},"organisation":{"mtls_required":true,"mesh_engineers":2,"max_cost_growth":1.4},"run":{"as_of":"2026-08-31","seed":7},"intervals":{"pod_cpu_m":{"low":100,"typical":200,"high":400}}}`))
 if err!=nil{t.Fatal(err)}
 w("v1-list.json",s)
}
