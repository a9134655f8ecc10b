// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Pausable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Pausable.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Token of a digital twin
/// @notice One token stands for one physical asset. Its head binds it to one metadata document by content: the SHA-256
/// digest of the document's RFC 8785 bytes, which is also the digest inside the IPFS identifier of the token URI.
/// @dev The head is two storage slots: the digest, and {version, asOf, severity, locked} packed. Both are created at
/// mint and only overwritten afterwards, so anchoring never grows the state. A document names its predecessor, so the
/// sequence of digests is a hash chain and this contract keeps only its end. There is no proxy and no burn: nobody can
/// rewrite or remove evidence. `asOf` comes from the twin and is never compared with block time.
contract TwinNFT is ERC721Pausable, AccessControlDefaultAdminRules, IERC4906 {
    using Bytes for bytes;

    /// @notice What a token says about its asset.
    /// @param metadataDigest SHA-256 of the metadata document; zero means that the token does not exist.
    /// @param version Number of the document, 1 at mint, growing by at least one with every anchor.
    /// @param asOf Instant for which the condition was assessed, in microseconds since 1970-01-01 UTC.
    /// @param severity Severity of the condition as the twin's rules rank it; zero is the mildest.
    /// @param locked Reserved for a dispute or a custody seal; this contract never sets it.
    struct Head {
        bytes32 metadataDigest;
        uint64 version;
        uint64 asOf;
        uint8 severity;
        bool locked;
    }

    /// @notice May create tokens.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
    /// @notice May move the head of a token on.
    bytes32 public constant ANCHORER_ROLE = keccak256("ANCHORER_ROLE");
    /// @notice May stop transfers and mints, and take the anchoring role from a key that was stolen.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @dev Head of a CIDv1 in base16: multibase 'f', version 1, codec raw (0x55), sha2-256 (0x12), 32 bytes (0x20).
    string private constant CID_PREFIX = "f01551220";
    uint64 private constant FIRST_VERSION = 1;
    bytes4 private constant ERC4906_INTERFACE_ID = 0x49064906;

    mapping(uint256 tokenId => Head) private _heads;
    string private _base;

    /// @notice The head of a token moved from one document to the next, or began.
    /// @param tokenId The token.
    /// @param previous Digest of the document before; zero at mint.
    /// @param digest Digest of the document now.
    /// @param version Number of the document now.
    /// @param severity Severity of the condition that it states.
    event MetadataAnchored(uint256 indexed tokenId, bytes32 previous, bytes32 digest, uint64 version, uint8 severity);

    /// @dev The caller built on a document that is no longer the head, or never was.
    /// @param tokenId The token.
    /// @param current Digest that the head has.
    /// @param previous Digest that the caller built on.
    error TwinNFTStaleDigest(uint256 tokenId, bytes32 current, bytes32 previous);
    /// @dev The version does not grow.
    /// @param tokenId The token.
    /// @param current Version of the head.
    /// @param version Version that the caller gave.
    error TwinNFTStaleVersion(uint256 tokenId, uint64 current, uint64 version);
    /// @dev Zero is not a digest: it marks a token that does not exist.
    /// @param tokenId The token.
    error TwinNFTZeroDigest(uint256 tokenId);

    /// @param baseURI_ What stands before the content identifier, `ipfs://` or `https://host/ipfs/`.
    /// @param admin First default admin; it grants the other roles.
    /// @param adminDelay Seconds that a change of the default admin waits before it can be accepted.
    constructor(string memory baseURI_, address admin, uint48 adminDelay)
        ERC721("Cargotwin", "TWIN")
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        _base = baseURI_;
    }

    /// @notice Create the token of an asset with its first document.
    /// @param to First owner. Contracts are not asked to accept: a refusal could hold up the evidence of an asset.
    /// @param tokenId Chosen by the gateway from the identifier of the asset.
    /// @param digest SHA-256 of the first metadata document.
    /// @param asOf Instant of the assessment, microseconds since 1970-01-01 UTC.
    /// @param severity Severity of the first condition.
    function mint(address to, uint256 tokenId, bytes32 digest, uint64 asOf, uint8 severity)
        external
        onlyRole(MINTER_ROLE)
    {
        if (digest == 0) revert TwinNFTZeroDigest(tokenId);
        _mint(to, tokenId);
        _heads[tokenId] = Head(digest, FIRST_VERSION, asOf, severity, false);
        // ERC-4906 asks for no MetadataUpdate at mint.
        emit MetadataAnchored(tokenId, 0, digest, FIRST_VERSION, severity);
    }

    /// @notice Move the head of a token to a newer document.
    /// @dev Works while the contract is paused: a pause must not hold up evidence. Of two writers that build on the
    /// same document the second is refused.
    /// @param tokenId An existing token.
    /// @param previous Digest of the document that the new one names as its predecessor; must be the current head.
    /// @param digest SHA-256 of the new metadata document.
    /// @param version Number of the new document, greater than the current one.
    /// @param asOf Instant of the assessment, microseconds since 1970-01-01 UTC.
    /// @param severity Severity of the condition.
    function anchor(uint256 tokenId, bytes32 previous, bytes32 digest, uint64 version, uint64 asOf, uint8 severity)
        external
        onlyRole(ANCHORER_ROLE)
    {
        Head storage current = _heads[tokenId];
        bytes32 currentDigest = current.metadataDigest;
        // A minted token has a digest and is never burned: one slot answers for existence and for the predecessor.
        if (currentDigest == 0) revert ERC721NonexistentToken(tokenId);
        if (currentDigest != previous) revert TwinNFTStaleDigest(tokenId, currentDigest, previous);
        if (digest == 0) revert TwinNFTZeroDigest(tokenId);
        uint64 currentVersion = current.version;
        if (version <= currentVersion) revert TwinNFTStaleVersion(tokenId, currentVersion, version);

        current.metadataDigest = digest;
        (current.version, current.asOf, current.severity) = (version, asOf, severity);
        emit MetadataAnchored(tokenId, previous, digest, version, severity);
        emit MetadataUpdate(tokenId);
    }

    /// @notice Digest of the document that the token stands for now.
    function metadataDigest(uint256 tokenId) external view returns (bytes32) {
        return head(tokenId).metadataDigest;
    }

    /// @notice Digest, version, instant, severity and lock of a token.
    function head(uint256 tokenId) public view returns (Head memory) {
        _requireOwned(tokenId);
        return _heads[tokenId];
    }

    /// @inheritdoc ERC721
    /// @dev Derived from the digest, so that the address of the document cannot disagree with its content.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        bytes32 digest = head(tokenId).metadataDigest;
        bytes memory prefixed = bytes(Strings.toHexString(uint256(digest), 32));
        return string.concat(_base, CID_PREFIX, string(prefixed.slice(2))); // without "0x"
    }

    /// @notice Serve the documents from another place; what they say is bound by their digests and cannot change.
    function setBaseURI(string calldata baseURI_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _base = baseURI_;
        emit BatchMetadataUpdate(0, type(uint256).max);
    }

    /// @notice Stop mints and transfers; anchors go on.
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// @notice Allow mints and transfers again.
    function unpause() external onlyRole(PAUSER_ROLE) {
        _unpause();
    }

    /// @notice Take the anchoring role from a key that is no longer trusted; only the admin can give it back.
    function suspendAnchorer(address anchorer) external onlyRole(PAUSER_ROLE) {
        _revokeRole(ANCHORER_ROLE, anchorer);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId)
        public
        view
        override(ERC721, AccessControlDefaultAdminRules, IERC165)
        returns (bool)
    {
        return interfaceId == ERC4906_INTERFACE_ID || super.supportsInterface(interfaceId);
    }
}
