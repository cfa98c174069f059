/// Lists of successors of numbered vertices, in two flat arrays.
///
/// A fleet's graph has as many vertices as instances and groups; an array of arrays would cost an allocation for each.
struct Adjacency: Sendable {
  private var offsets: [Int] = [0]
  private var targets: [Int] = []

  /// An adjacency without vertices, filled by ``append(_:)``.
  init(capacity: Int = 0) {
    offsets.reserveCapacity(capacity + 1)
  }

  /// The number of vertices.
  var count: Int { offsets.count - 1 }

  /// Adds the next vertex with its successors.
  mutating func append(_ successors: some Sequence<Int>) {
    targets.append(contentsOf: successors)
    offsets.append(targets.count)
  }

  /// The successors of a vertex, in the order they were given.
  subscript(vertex: Int) -> ArraySlice<Int> { targets[offsets[vertex]..<offsets[vertex + 1]] }

  /// The position in the flat arrays of a vertex's first successor: what belongs to an edge is stored at the edge's position.
  func firstEdge(of vertex: Int) -> Int { offsets[vertex] }

  /// The end of a vertex's successors in the flat arrays.
  func lastEdge(of vertex: Int) -> Int { offsets[vertex + 1] }

  /// The vertex that the edge at a position of the flat arrays leads to.
  func target(edge: Int) -> Int { targets[edge] }

  /// The same edges turned round; successors are ascending.
  func reversed() -> Adjacency {
    var result = Adjacency()
    var counts = Array(repeating: 0, count: count + 1)
    for target in targets { counts[target + 1] += 1 }
    for vertex in 0..<count { counts[vertex + 1] += counts[vertex] }
    result.offsets = counts
    result.targets = Array(repeating: 0, count: targets.count)
    for vertex in 0..<count {
      for target in self[vertex] {
        result.targets[counts[target]] = vertex
        counts[target] += 1
      }
    }
    return result
  }
}
