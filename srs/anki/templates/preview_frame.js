new ResizeObserver(() => parent.postMessage(document.body.getBoundingClientRect().height, "*")).observe(document.body);
