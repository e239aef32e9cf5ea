var o=()=>new Promise(e=>(window.requestIdleCallback??setTimeout)(()=>e()));export{o as a};
