// Brings one file to the server and tells how far it is. Ends with its chip, or with the reason against it.
function answer({ status, responseText }) {
  const { body } = new DOMParser().parseFromString(responseText, "text/html")
  if (status === 201) return { chip: body.firstElementChild }
  return { reason: body.querySelector("#notice span")?.textContent ?? "", mayRetry: status >= 500 }
}

export function upload(file, url, onProgress = () => {}) {
  const request = new XMLHttpRequest()
  const done = new Promise((resolve) => {
    request.onload = () => resolve(answer(request))
    request.onerror = request.onabort = () => resolve({ reason: "", mayRetry: true })
  })
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total)
  request.open("POST", url)
  for (const [name, value] of Object.entries(JSON.parse(document.body.getAttribute("hx-headers")))) request.setRequestHeader(name, value)
  const body = new FormData()
  body.append("file", file, file.name)
  request.send(body)
  return { done, abort: () => request.abort() }
}
