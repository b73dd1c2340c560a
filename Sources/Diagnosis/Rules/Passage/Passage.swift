extension Catalogue {
    /// Whether a credential reaches PHP, and where it is lost.
    static let passage: [Rule] = [
        .twoCredentials, .connectionNominates, .credentialDropped, .fieldTooLarge, .soundRequestCalledBad,
        .bearerHidden, .largeField, .underscoreName,
        .redirectDropsCredential, .squidAccelerator, .cloudFront, .serverAsksForBasic,
    ]
}
