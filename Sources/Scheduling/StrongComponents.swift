/// The strongly connected components of a graph: what lies on a common cycle has the same number.
struct StrongComponents: Sendable {
  /// The component of every vertex. A component has a greater number than all that its vertices lead to.
  let component: [Int]
  /// The vertices, component by component, so that what a vertex leads to stands before it (or in its component).
  let order: [Int]
  /// The number of vertices of every component.
  let sizes: [Int]

  /// Tarjan's algorithm with a stack of its own: a chain of 50,000 instances must not exhaust the thread's.
  init(_ graph: Adjacency) {
    let count = graph.count
    var component = Array(repeating: -1, count: count)
    var order: [Int] = []
    order.reserveCapacity(count)
    var sizes: [Int] = []
    var number = Array(repeating: -1, count: count)
    var lowest = Array(repeating: 0, count: count)
    var nextEdge = Array(repeating: 0, count: count)
    var open: [Int] = []
    var path: [Int] = []
    var visited = 0

    for root in 0..<count where number[root] < 0 {
      path.append(root)
      while let vertex = path.last {
        if number[vertex] < 0 {
          number[vertex] = visited
          lowest[vertex] = visited
          visited += 1
          nextEdge[vertex] = graph.firstEdge(of: vertex)
          open.append(vertex)
        }
        var descended = false
        while nextEdge[vertex] < graph.lastEdge(of: vertex) {
          let target = graph.target(edge: nextEdge[vertex])
          nextEdge[vertex] += 1
          if number[target] < 0 {
            path.append(target)
            descended = true
            break
          }
          if component[target] < 0 { lowest[vertex] = min(lowest[vertex], number[target]) }
        }
        if descended { continue }
        path.removeLast()
        if let parent = path.last { lowest[parent] = min(lowest[parent], lowest[vertex]) }
        guard lowest[vertex] == number[vertex] else { continue }
        var size = 0
        while let member = open.popLast() {
          component[member] = sizes.count
          order.append(member)
          size += 1
          if member == vertex { break }
        }
        sizes.append(size)
      }
    }
    self.component = component
    self.order = order
    self.sizes = sizes
  }

  /// Whether a vertex lies on a cycle of more than one vertex.
  func isCyclic(_ vertex: Int) -> Bool { sizes[component[vertex]] > 1 }
}
