const tell = () => parent.postMessage(document.body.getBoundingClientRect().height, "*");
tell(); // an observer may wait until the frame is seen
addEventListener("load", tell);
new ResizeObserver(tell).observe(document.body);
