// The entry: two sides' answers to one request become rows. Pure: whoever asked, and how, is not known here, so live
// answers and two exchanges of a capture are compared by the same code.

import Diagnosis
public import Trace

/// Compares answers by what they mean.
public enum Comparison {
    /// The differences between two sides' answers to the same request, in the order in which they are told.
    ///
    /// - Parameters:
    ///   - left: the side that counts as the truth (the origin, the earlier exchange).
    ///   - right: the other side.
    public static func compare(
        _ left: Series, _ right: Series, options: ComparisonOptions = ComparisonOptions()
    ) -> [Difference] {
        var rows = VerdictComparison(left: left, right: right).rows()
        if left.status != nil, right.status != nil {
            rows += RedirectComparison.rows(left, right)
            // Where the answers are of different kinds, their fields and contents differ as a matter of course.
            let isSameKind = left.statuses.count == 1 && left.statuses == right.statuses
            let fields = FieldComparison(left: left, right: right, options: options).rows()
            // What stands around a Location is nobody's answer: the row of the redirect says it all.
            guard left.isRedirected == right.isRedirected else {
                return (rows + fields.map { demoted($0, from: .error) }).sorted(by: Difference.isBefore)
            }
            rows += isSameKind ? fields : fields.map { demoted($0, from: .warning) }
            let bodies = BodyComparison(left: left, right: right, options: options).rows()
            rows += isSameKind ? bodies : bodies.filter { $0.severity == .error }
        }
        return rows.sorted(by: Difference.isBefore)
    }

    /// The differences between two recorded exchanges.
    public static func compare(
        _ left: Record, _ right: Record, options: ComparisonOptions = ComparisonOptions()
    ) -> [Difference] {
        func isAuthorised(_ record: Record) -> Bool { Facts(record).hasCredentials }
        return compare(
            Series([Observation(left)], isAuthorised: isAuthorised(left)),
            Series([Observation(right)], isAuthorised: isAuthorised(right)), options: options)
    }

    /// A row of no weight, unless it is graver than this.
    private static func demoted(_ row: Difference, from gravest: Severity) -> Difference {
        var row = row
        if row.severity <= gravest { row.severity = .info }
        return row
    }

    /// Whether two answers of one side say the same: status and content.
    static func saysTheSame(_ one: Series, _ two: Series, _ options: ComparisonOptions) -> Bool {
        guard one.status != nil, one.status == two.status else { return false }
        return BodyComparison(left: one, right: two, options: options).rows().allSatisfy { $0.area == .coding }
    }
}
